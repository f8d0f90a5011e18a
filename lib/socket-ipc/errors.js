'use strict'

// The errors that are emitted. The original does not export their classes: programs know them by `constructor.name` and
// by their fields, and `name` is 'Error' for all of them.

class DecodeError extends Error {
  /**
   * @param {string} reason what happened
   * @param {unknown} rawData what could not be decoded
   * @param {string} [clientId] on servers: whom it came from
   */
  constructor(reason, rawData, clientId) {
    super(reason)
    this.rawData = rawData
    this.clientId = clientId
  }
}

class SendError extends Error {
  /**
   * @param {string} reason what happened
   * @param {unknown} message the message that was not sent
   * @param {unknown} topic its topic
   */
  constructor(reason, message, topic) {
    super(reason)
    this.sentTopic = topic
    this.sentMessage = message
  }
}

class EncodeError extends SendError {
  /**
   * @param {string} reason what happened
   * @param {{ topic: unknown, message: unknown }} wrapper what could not be encoded
   */
  constructor(reason, { message, topic }) {
    super(reason, message, topic)
  }
}

class SendAfterCloseError extends SendError {}

class NoServerError extends SendError {}

class BadClientError extends SendError {
  /**
   * @param {string} reason what happened
   * @param {unknown} message the message that was not sent
   * @param {unknown} topic its topic
   * @param {unknown} clientId the id that is nobody's
   */
  constructor(reason, message, topic, clientId) {
    super(reason, message, topic)
    this.clientId = clientId
  }
}

const byInheritance = Function.prototype[Symbol.hasInstance]

/**
 * Gives a class its `code`, and an `instanceof` that knows the instances of its other copies: a module reset (jest) makes
 * a new copy of each class, while errors of the old one are still about.
 * @param {Function} Class
 * @param {string} code
 */
function mark(Class, code) {
  const sign = Symbol.for(`napi-ipc/socket-ipc/${Class.name}`)
  Object.defineProperties(Class.prototype, {
    // Not enumerable: programs compare and print errors with the fields they know.
    code: { value: code, writable: true, configurable: true },
    [sign]: { value: true }
  })
  Object.defineProperty(Class, Symbol.hasInstance, {
    value(value) {
      // Classes that extend this one inherit the method; their instances are not told by the sign of this one.
      if (this !== Class) return byInheritance.call(this, value)
      return typeof value === 'object' && value !== null && sign in value
    }
  })
}

mark(DecodeError, 'ERR_DECODE')
mark(SendError, 'ERR_SEND')
mark(EncodeError, 'ERR_ENCODE')
mark(SendAfterCloseError, 'ERR_SEND_AFTER_CLOSE')
mark(NoServerError, 'ERR_NO_SERVER')
mark(BadClientError, 'ERR_BAD_CLIENT')

module.exports = { EncodeError, DecodeError, SendError, SendAfterCloseError, NoServerError, BadClientError }
