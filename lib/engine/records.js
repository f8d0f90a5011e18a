'use strict'

/** What a record of a crossing says; the numbers of `Kind` in src/core/record.rs, explained there. */
exports.kinds = {
  VOID: 0,
  FRAMES: 1,
  TEXT: 2,
  BYTES: 3,
  CHUNK: 4,
  END: 5,
  CLOSE: 6,
  ERROR: 7,
  DRAIN: 8,
  FLUSHED: 9,
  CONNECTED: 10,
  FAILED: 11,
  ACCEPTED: 12,
  ACCEPT_FAILED: 13,
  FIRED: 14,
  REFUSED: 15,
  PANICKED: 16,
  DROPPED: 17,
  REACHED: 18,
  SECURED: 19,
  INSECURE: 20,
  CLIENT_INSECURE: 21,
  BROKEN: 22,
  DATAGRAM: 23,
  EVENTS: 24,
  STRING: 25,
  LINES: 26,
  LINE: 27,
  DOCUMENT: 28,
  JOINED: 32,
  TROUBLE: 33
}

/**
 * Why nothing more is taken from a peer, in the order of `core::intake::Refusal` in src/core/intake.rs, explained there. The
 * name is what a receiver's `refused` is told; the text is for those who have none.
 */
exports.refusals = [
  ['FRAME_TOO_LARGE', 'a frame is larger than maxFrameBytes'],
  ['FRAME_TIMEOUT', 'a frame took longer than frameTimeout'],
  ['INVALID_JSON', 'a frame is no JSON'],
  ['INVALID_MESSAGE', 'a frame is no object'],
  ['INVALID_EVENT', 'a frame has no name'],
  ['EVENT_TOO_LARGE', 'the name in a frame is too long'],
  ['INHERITED_EVENT', 'the name in a frame is a property of every object'],
  ['RESERVED_EVENT', 'the name in a frame is reserved'],
  ['EVENT_NOT_ALLOWED', 'the name in a frame is not allowed']
]

/** The call an errno came from; `core::batch::Syscall`. */
exports.syscalls = ['read', 'write', 'shutdown', 'recvmsg', 'send']

/** What became of a send; `node::hub::Sent` in src/node/hub, and what is added to the first two in a burst. */
exports.sent = { BELOW: undefined, AT_MARK: 1, GONE: 2, FULL: 3, BURST: 4 }

/** 32-bit words a record takes: kind, id, and two more by kind. */
exports.WORDS = 4
