'use strict'

// What a parser means for the engine. The parsers of this library are carried out natively, as far as nothing of them was
// overridden; a parser of the program's own gets the bytes and does as it likes.

const { envelope } = require('../envelope')
const {
  AssuredParser,
  GuardedParser,
  Parser,
  createParser,
  frameOf,
  guardedFrame,
  reservedEventTypes
} = require('./parser')

/**
 * @typedef {object} Plan
 * @property {any} parser
 * @property {import('../../engine/protocol').Protocol} protocol
 * @property {'raw' | 'value' | 'text' | 'chunk'} receives what comes from the engine: bytes that are published as they are, messages,
 *   frames for `parser.decode`, or bytes for `parser.read`
 * @property {((type: any, data: any) => string) | null} frame a message as a frame for the engine to end; null: ask `parser.encode`
 * @property {boolean} plain whether a message is sent just as it is, in its envelope
 * @property {boolean} guarded whether too many waiting bytes end a connection
 */

/** @param {any} parser @param {string} method @param {...any} owners whether one of these classes has the method of the parser */
const isOwn = (parser, method, ...owners) =>
  owners.some((owner) => parser[method] === owner.prototype[method])

/** Protocols by what they say: the engine prepares each object once. @type {Map<string, any>} */
const known = new Map()

/** @param {any} protocol */
function shared(protocol) {
  // Lists of events are too many to keep.
  if (protocol.guard?.allowed) return protocol
  const key = JSON.stringify(protocol)
  const made = known.get(key) ?? protocol
  known.set(key, made)
  return made
}

/** @param {any} parser what it refuses, for the engine; nothing if it has its own mind about that */
function guardOf(parser) {
  const isAssured = isOwn(parser, 'validateType', AssuredParser)
  if (!isOwn(parser, 'decode', GuardedParser)) return undefined
  if (!isAssured && !isOwn(parser, 'validateType', GuardedParser)) return undefined
  return {
    longest: parser.maxEventNameLength,
    inherited: Object.getOwnPropertyNames(Object.prototype),
    reserved: parser.allowReservedEvents ? [] : [...reservedEventTypes],
    allowed: isAssured ? [...parser.allowedEvents].filter((name) => typeof name === 'string') : undefined
  }
}

/** @param {any} parser */
function framedProtocol(parser) {
  const guard = guardOf(parser)
  const receives = guard || isOwn(parser, 'decode', Parser) ? 'value' : 'text'
  const protocol = {
    framing: { mode: 'delimiter', delimiter: parser.delimiter },
    codec: receives === 'value' ? 'json' : 'text',
    envelope: receives === 'value' ? envelope : undefined,
    noDelay: true
  }
  if (!(parser instanceof GuardedParser)) return { receives, protocol }
  const { maxMessageSize, maxPendingBytes, messageTimeout } = parser
  const limits = {
    maxFrameBytes: maxMessageSize,
    maxOutboxBytes: maxPendingBytes,
    frameTimeout: messageTimeout || Infinity,
    guard
  }
  return { receives, protocol: { ...protocol, ...limits } }
}

/** @param {any} parser */
function frameMaker(parser) {
  if (isOwn(parser, 'encode', Parser)) return frameOf
  if (!isOwn(parser, 'encode', GuardedParser)) return null
  return (/** @type {any} */ type, /** @type {any} */ data) => guardedFrame(parser, type, data)
}

/**
 * @param {any} config
 * @returns {Plan}
 * @throws {TypeError} for options that make no sense
 */
function planOf(config) {
  const parser = createParser(config)
  const guarded = parser.profile === 'guarded' || parser.profile === 'assured'
  if (!parser.raw && parser instanceof Parser && isOwn(parser, 'read', Parser, GuardedParser)) {
    const { receives, protocol } = framedProtocol(parser)
    return {
      parser,
      protocol: shared(protocol),
      receives: /** @type {Plan['receives']} */ (receives),
      frame: frameMaker(parser),
      plain: !guarded && isOwn(parser, 'encode', Parser),
      guarded
    }
  }
  const maxOutboxBytes = guarded && parser.maxPendingBytes > 0 ? parser.maxPendingBytes : Infinity
  return {
    parser,
    protocol: shared({ framing: { mode: 'raw' }, codec: 'bytes', noDelay: true, maxOutboxBytes }),
    receives: parser.raw ? 'raw' : 'chunk',
    frame: null,
    plain: false,
    guarded
  }
}

module.exports = { planOf }
