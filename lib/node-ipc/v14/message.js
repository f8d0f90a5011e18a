'use strict'

/** A message as the library js-message has it: what is no message is one of type `error`. */
class Message {
  /** @param {any} message JSON text, or an object with `type` and `data` */
  constructor(message) {
    /** @type {any} */
    this.type = ''
    /** @type {any} */
    this.data = {}
    this.load(message)
  }

  /** The message as text. */
  get JSON() {
    return JSON.stringify(this)
  }

  /** Errors, which JSON has no form for, as their name and message. */
  toJSON() {
    return { type: this.type, data: plain(this.data) }
  }

  /** @param {any} message */
  load(message) {
    try {
      const { type, data } = typeof message === 'object' && message !== null ? message : JSON.parse(message)
      this.type = type
      this.data = data
    } catch (err) {
      this.type = 'error'
      this.data = { message: 'Invalid JSON response format', err, response: message }
    }
  }
}

/** @param {any} data */
function plain(data) {
  if (!(data?.err instanceof Error)) return data
  const { name, message } = data.err
  return { ...data, err: { name, message } }
}

module.exports = { Message }
