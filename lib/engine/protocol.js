'use strict'

/**
 * A dialect's description of itself, checked and handed to the native side once.
 *
 * `delimiter` ends frames both ways. `line` frames end with LF, CR LF or, if given, the delimiter, and are sent with the
 * delimiter or LF; the rest at the end of the stream is a frame too. `json-object` frames are JSON objects one after the
 * other, nothing between. In `raw` mode each chunk is passed on as it came; `send` still appends a delimiter if given.
 *
 * @typedef {{ mode: 'delimiter' | 'line' | 'json-object' | 'raw', delimiter?: string | Uint8Array }} Framing
 *
 * @typedef {object} Protocol
 * @property {Framing} framing how frames are told apart
 * @property {'json' | 'text' | 'bytes'} codec what a frame becomes: a value by JSON.parse, a string, a Buffer
 * @property {import('./envelope').Envelope} [envelope] of JSON messages: what comes in it goes to the receiver's `event`
 * @property {string[]} [members] of objects in texts, up to four, in order: `message` is also told their values, parsed with others
 * @property {number} [maxFrameBytes] longest frame accepted, bytes without delimiter; default V8's longest string
 * @property {number} [highWaterMark] waiting bytes from which on a send returns false; default Node's for streams
 * @property {number} [maxOutboxBytes] waiting bytes over which a send fails with ERR_IPC_OUTBOX_FULL; default Infinity
 * @property {number} [maxInboxBytes] worker path: received bytes waiting for JavaScript before reading pauses; default 1 MiB
 * @property {boolean} [noDelay] TCP_NODELAY; default false
 * @property {number} [frameTimeout] ms a frame may take from its first byte to its last; default Infinity
 * @property {Guard} [guard] what each frame must be before it is passed on; default anything
 * @property {boolean} [allowHalfOpen] keep this side open when the peer ends; default false
 */

/**
 * Frames are JSON objects whose member `type` is a string, of a length and with a content that may come from outside.
 * Whatever is not, ends the connection.
 *
 * @typedef {object} Guard
 * @property {number} longest length of the longest `type`
 * @property {string[]} inherited refused: properties of every object
 * @property {string[]} reserved refused: what happens at this end
 * @property {string[]} [allowed] those there are; default any
 */

const { getDefaultHighWaterMark } = require('node:stream')

const { codedError } = require('./errors')
const { addon } = require('./native-addon')

const known = new WeakMap()

function size(options, name, fallback) {
  const value = options[name]
  if (value === undefined) return fallback
  if (value === Infinity || (Number.isInteger(value) && value > 0)) return value
  const message = `"${name}" must be a positive integer or Infinity, in bytes. Received ${String(value)}`
  throw codedError(RangeError, 'ERR_OUT_OF_RANGE', message, { option: name })
}

/** What follows each frame that is sent. */
exports.frameEnd = function frameEnd({ framing }) {
  return framing.delimiter ?? (framing.mode === 'line' ? '\n' : '')
}

/** The native counterpart of `protocol`; the same for the same object. */
exports.nativeProtocol = function nativeProtocol(protocol) {
  let native = known.get(protocol)
  if (native === undefined) {
    const { framing, codec } = protocol
    const delimiter = framing.delimiter === undefined ? undefined : Buffer.from(framing.delimiter)
    native = new addon.Protocol({
      framing: framing.mode,
      delimiter,
      frameEnd: Buffer.from(exports.frameEnd(protocol)),
      codec,
      envelope: protocol.envelope?.native,
      members: protocol.members?.map((name) => JSON.stringify(name)),
      maxFrameBytes: size(protocol, 'maxFrameBytes'),
      highWaterMark: size(protocol, 'highWaterMark', getDefaultHighWaterMark(false)),
      maxOutboxBytes: size(protocol, 'maxOutboxBytes'),
      maxInboxBytes: size(protocol, 'maxInboxBytes'),
      noDelay: protocol.noDelay,
      guard: protocol.guard,
      frameTimeout: protocol.frameTimeout === Infinity ? undefined : protocol.frameTimeout
    })
    known.set(protocol, native)
  }
  return native
}
