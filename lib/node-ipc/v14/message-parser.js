'use strict'

const { Message } = require('./message')
const { Parser } = require('./parser')

/** The parser of the older generations' messages: what is no message is published as `error`, the connection stays. */
class MessageParser extends Parser {
  /** @param {any} frame */
  decode(frame) {
    return new Message(Buffer.isBuffer(frame) ? frame.toString() : frame)
  }
}

module.exports = { MessageParser }
