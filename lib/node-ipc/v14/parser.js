'use strict'

// How messages become bytes and back, as objects that programs can use by themselves, extend, or replace. What the
// engine does instead of them on a connection is decided in plan.js.

const { envelope, payload } = require('../envelope')
const { protocolError } = require('./errors')
const { limitOf, timeoutOf, delimiterOf, allowedOf } = require('./limits')

/** Types that say what happens at this end; the guarded parsers take none of them from a peer. */
const reservedEventTypes = new Set([
  'start',
  'connect',
  'disconnect',
  'destroy',
  'close',
  'socket.disconnected',
  'error',
  'data'
])

const FRAMED = { encoding: 'utf8', delimiter: '\f' }
const GUARDED = {
  ...FRAMED,
  maxMessageSize: 1024 * 1024,
  maxPendingBytes: 8 * 1024 * 1024,
  maxEventNameLength: 256,
  messageTimeout: 30000,
  allowReservedEvents: false
}

/**
 * The text of a message as a frame, without its delimiter. Nothing is sent as an empty object.
 * @param {any} type @param {any} [data]
 */
function frameOf(type, data) {
  return envelope.stringify(type, payload(data))
}

/** JSON envelopes, ended by a delimiter. */
class Parser {
  /** @param {any} config */
  constructor(config = FRAMED) {
    this.profile = 'fast'
    this.raw = false
    this.encoding = 'utf8'
    this.delimiter = delimiterOf(config)
  }

  /** One message as what is written. @param {any} type @param {any} [data] */
  encode(type, data) {
    return frameOf(type, data) + this.delimiter
  }

  /** @param {any} message */
  format(message) {
    return this.encode(message.type, message.data)
  }

  /**
   * Calls `receive` with the messages that a chunk completes.
   * @param {any} remainder what the call before returned
   * @param {any} chunk
   * @param {(message: any) => void} receive
   * @returns {any} what is not complete
   */
  read(remainder, chunk, receive) {
    const { events, remainder: rest } = this.push(remainder, chunk)
    for (const frame of events) receive(this.decode(frame))
    return rest
  }

  /**
   * Splits what came in into frames.
   * @param {any} remainder @param {any} chunk
   * @returns {{ events: any[], remainder: any }}
   */
  push(remainder, chunk) {
    const whole = joined(remainder, chunk)
    const events = []
    let from = 0
    for (;;) {
      const end = whole.indexOf(this.delimiter, from)
      if (end === -1) return { events, remainder: part(whole, from) }
      events.push(part(whole, from, end))
      from = end + (typeof whole === 'string' ? this.delimiter.length : Buffer.byteLength(this.delimiter))
    }
  }

  /** The frames in a text. @param {any} text @returns {any[]} */
  parse(text) {
    return Parser.prototype.push.call(this, '', text).events
  }

  /** One frame as a message. @param {any} frame @returns {any} */
  decode(frame) {
    try {
      return JSON.parse(frame)
    } catch {
      throw protocolError('INVALID_JSON')
    }
  }
}

/** The same, taking nothing from a peer that is out of bounds. */
class GuardedParser extends Parser {
  /** @param {any} config */
  constructor(config = GUARDED) {
    super(config)
    this.profile = 'guarded'
    this.maxMessageSize = limitOf(config, 'maxMessageSize')
    this.maxPendingBytes = limitOf(config, 'maxPendingBytes')
    this.maxEventNameLength = limitOf(config, 'maxEventNameLength')
    this.messageTimeout = timeoutOf(config)
    this.allowReservedEvents = config.allowReservedEvents
    this.delimiterBytes = Buffer.byteLength(this.delimiter)
  }

  /** @param {any} type @param {any} [data] @throws IPCProtocolError */
  encode(type, data) {
    return guardedFrame(this, type, data) + this.delimiter
  }

  /** @param {any} remainder @param {any} chunk @throws IPCProtocolError */
  push(remainder, chunk) {
    const split = super.push(remainder, chunk)
    for (const frame of [...split.events, split.remainder]) checkSize(this, frame)
    return split
  }

  /** @param {any} remainder @param {any} chunk @param {(message: any) => void} receive */
  read(remainder, chunk, receive) {
    const { events, remainder: rest } = super.push(remainder, chunk)
    // One by one: those before the one that is refused are received.
    for (const frame of events) receive(this.decode(frame))
    checkSize(this, rest)
    return rest
  }

  /** @param {any} frame @throws IPCProtocolError */
  decode(frame) {
    checkSize(this, frame)
    const message = super.decode(frame)
    if (typeof message !== 'object' || message === null || Array.isArray(message)) {
      throw protocolError('INVALID_MESSAGE')
    }
    this.validateType(message.type)
    return message
  }

  /** @param {any} type @throws IPCProtocolError */
  validateType(type) {
    if (typeof type !== 'string' || type === '') throw protocolError('INVALID_EVENT')
    if (type.length > this.maxEventNameLength) throw protocolError('EVENT_TOO_LARGE')
    if (type in Object.prototype) throw protocolError('INHERITED_EVENT')
    if (!this.allowReservedEvents && reservedEventTypes.has(type)) throw protocolError('RESERVED_EVENT')
  }
}

/** The same, for events that are listed and over transports that are secure. */
class AssuredParser extends GuardedParser {
  /** @param {any} config */
  constructor(config = GUARDED) {
    super(config)
    this.profile = 'assured'
    this.allowReservedEvents = false
    this.allowedEvents = allowedOf(config)
  }

  /** @param {any} type @throws IPCProtocolError */
  validateType(type) {
    super.validateType(type)
    if (!this.allowedEvents.has(type)) throw protocolError('EVENT_NOT_ALLOWED')
  }
}

/** Bytes as they come. */
class RawParser {
  /** @param {any} config */
  constructor(config = FRAMED) {
    this.profile = 'raw'
    this.raw = true
    this.encoding = config.encoding
  }

  /** @param {any} value a string in the encoding, a Buffer, a typed array or an array of byte numbers */
  encode(value) {
    return Buffer.from(value, this.encoding)
  }

  /** @param {any} message */
  format(message) {
    return this.encode(message)
  }

  /** @param {any} remainder @param {any} chunk @param {(chunk: any) => void} receive */
  read(remainder, chunk, receive) {
    receive(chunk)
    return remainder
  }

  /** @param {any} chunk */
  parse(chunk) {
    return [chunk]
  }

  /** @param {any} chunk */
  decode(chunk) {
    return chunk
  }
}

/** @type {Record<string, new (config: any) => any>} */
const BY_NAME = Object.assign(Object.create(null), {
  raw: RawParser,
  fast: Parser,
  guarded: GuardedParser,
  assured: AssuredParser
})

/**
 * The parser that a config asks for.
 * @param {any} config
 * @throws {TypeError} if there is no such parser, or an option of it makes no sense
 */
function createParser(config) {
  const chosen = config.rawBuffer ? 'raw' : config.parser || 'fast'
  const Chosen = typeof chosen === 'string' ? BY_NAME[chosen] : chosen
  const parser = typeof Chosen === 'function' ? new Chosen(config) : Chosen
  if (typeof parser?.encode === 'function' && typeof parser.read === 'function') return parser
  throw new TypeError(
    'ipc.config.parser must be "raw", "fast", "guarded", "assured", or an object with encode() and read() methods'
  )
}

/** @param {GuardedParser} parser @param {any} type @param {any} data */
function guardedFrame(parser, type, data) {
  parser.validateType(type)
  const text = frameOf(type, data)
  checkSize(parser, text)
  return text
}

/** @param {GuardedParser} parser @param {any} frame */
function checkSize({ maxMessageSize }, frame) {
  // A unit takes three bytes at the most: most frames need not be measured.
  if (frame.length * 3 > maxMessageSize && Buffer.byteLength(frame) > maxMessageSize) {
    throw protocolError('FRAME_TOO_LARGE')
  }
}

/** @param {any} remainder @param {any} chunk @returns {any} */
function joined(remainder, chunk) {
  if (remainder === undefined || remainder.length === 0) return chunk
  return Buffer.isBuffer(chunk) ? Buffer.concat([Buffer.from(remainder), chunk]) : remainder + chunk
}

/** @param {any} whole @param {number} from @param {number} [to] */
function part(whole, from, to) {
  return typeof whole === 'string' ? whole.slice(from, to) : whole.subarray(from, to)
}

module.exports = {
  AssuredParser,
  GuardedParser,
  Parser,
  RawParser,
  createParser,
  reservedEventTypes,
  frameOf,
  guardedFrame
}
