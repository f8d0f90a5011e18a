'use strict'

/** What a peer, or a caller, has done against the protocol; `code` says which of its rules. */
class IPCProtocolError extends Error {
  /** @param {string} code @param {string} message */
  constructor(code, message) {
    super(message)
    this.name = 'IPCProtocolError'
    this.code = code
  }
}

/** @type {Record<string, string>} the codes and what they mean; those of the engine's refusals by their names */
const MESSAGES = {
  INVALID_JSON: 'received message is not valid JSON',
  INVALID_MESSAGE: 'received message must be a JSON object',
  INVALID_EVENT: 'event type must be a non-empty string',
  EVENT_TOO_LARGE: 'event type exceeds maxEventNameLength',
  INHERITED_EVENT: 'event type is the name of a property of every object',
  RESERVED_EVENT: 'event type is reserved for local lifecycle events',
  EVENT_NOT_ALLOWED: 'event type is not in allowedEvents',
  FRAME_TOO_LARGE: 'message exceeds maxMessageSize',
  MESSAGE_TIMEOUT: 'incomplete message exceeded messageTimeout',
  BACKPRESSURE: 'pending socket writes exceed maxPendingBytes'
}

/** @type {Record<string, string>} those of them that have another code than their own name */
const CODES = { INHERITED_EVENT: 'INVALID_EVENT', FRAME_TIMEOUT: 'MESSAGE_TIMEOUT' }

/** @param {string} name the error of that name */
function protocolError(name) {
  const code = CODES[name] ?? name
  return new IPCProtocolError(`ERR_IPC_${code}`, MESSAGES[name] ?? MESSAGES[code])
}

/** @param {string} code @param {string} message an error that says nothing about a peer */
function codedError(code, message) {
  return Object.assign(new Error(message), { code })
}

module.exports = { IPCProtocolError, protocolError, codedError }
