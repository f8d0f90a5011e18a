'use strict'

/**
 * A dialect's description of itself, checked and handed to the native side once.
 *
 * @typedef {object} Protocol
 * @property {{ mode: 'delimiter', delimiter: string | Uint8Array } | { mode: 'raw' }} framing how frames are told apart
 * @property {'json' | 'text' | 'bytes'} codec what a frame becomes: a value by JSON.parse, a string, a Buffer
 * @property {number} [maxFrameBytes] longest frame accepted, bytes without delimiter; default V8's longest string
 * @property {number} [highWaterMark] waiting bytes from which on a send returns false; default Node's for streams
 * @property {number} [maxOutboxBytes] waiting bytes over which a send fails with ERR_IPC_OUTBOX_FULL; default Infinity
 * @property {number} [maxInboxBytes] worker path: received bytes waiting for JavaScript before reading pauses; default 1 MiB
 * @property {boolean} [noDelay] TCP_NODELAY; default false
 * @property {boolean} [allowHalfOpen] keep this side open when the peer ends; default false
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

/** The native counterpart of `protocol`; the same for the same object. */
exports.nativeProtocol = function nativeProtocol(protocol) {
  let native = known.get(protocol)
  if (native === undefined) {
    const { framing, codec } = protocol
    const bytes = framing.mode === 'delimiter' ? Buffer.from(framing.delimiter) : undefined
    native = new addon.Protocol({
      framing: framing.mode,
      delimiter: bytes,
      frameEnd: bytes,
      codec,
      maxFrameBytes: size(protocol, 'maxFrameBytes'),
      highWaterMark: size(protocol, 'highWaterMark', getDefaultHighWaterMark(false)),
      maxOutboxBytes: size(protocol, 'maxOutboxBytes'),
      maxInboxBytes: size(protocol, 'maxInboxBytes'),
      noDelay: protocol.noDelay
    })
    known.set(protocol, native)
  }
  return native
}
