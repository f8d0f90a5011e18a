'use strict'

const { knownBy } = require('../engine')

// What is emitted as `error`. The original exports none of these classes: programs know them by `constructor.name` and by
// their fields; `name` is 'Error' for all of them.

class DecodeError extends Error {
  constructor(reason, rawData, clientId) {
    super(reason)
    this.rawData = rawData
    this.clientId = clientId
  }
}

class SendError extends Error {
  constructor(reason, message, topic) {
    super(reason)
    this.sentTopic = topic
    this.sentMessage = message
  }
}

class EncodeError extends SendError {
  constructor(reason, { message, topic }) {
    super(reason, message, topic)
  }
}

class SendAfterCloseError extends SendError {}
class NoServerError extends SendError {}

class BadClientError extends SendError {
  constructor(reason, message, topic, clientId) {
    super(reason, message, topic)
    this.clientId = clientId
  }
}

const classes = { EncodeError, DecodeError, SendError, SendAfterCloseError, NoServerError, BadClientError }

for (const [name, Class] of Object.entries(classes)) {
  // ERR_SEND_AFTER_CLOSE of SendAfterCloseError. Not enumerable: programs print and compare the fields they know.
  const code = 'ERR' + name.slice(0, -'Error'.length).replace(/[A-Z]/g, '_$&').toUpperCase()
  Object.defineProperty(Class.prototype, 'code', { value: code, writable: true, configurable: true })
  knownBy(Class, `socket-ipc/${name}`)
}

module.exports = classes
