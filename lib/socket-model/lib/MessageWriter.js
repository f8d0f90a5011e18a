'use strict'

const { uuid } = require('../../engine')
const { helper, writeLine } = require('../lines')

/** Wraps messages and sends them. */
function MessageWriter(options) {
  const helped = helper(this, 'written', options)
  const { log, separator } = helped

  const wrapMessage = (message) => {
    if (message) return { mid: uuid(), ts: Date.now(), message }
    log.error('wrap message expects a message object...')
    return undefined
  }
  this.wrapMessage = wrapMessage

  /** By hand in half the time, where it comes to the same: a `toJSON` is told what it is called for. */
  const encode = (wrapper) => {
    const alone = this.wrapMessage === wrapMessage && wrapper.message.toJSON === undefined
    const text = alone ? JSON.stringify(wrapper.message) : undefined
    if (text === undefined) return JSON.stringify(wrapper)
    return `{"mid":"${wrapper.mid}","ts":${wrapper.ts},"message":${text}}`
  }

  this.send = (message, socket) => {
    if (!message) {
      log.error('wrap message expects a message object...')
      return undefined
    }
    if (!socket || !socket.writable) {
      log.warn('client socket is no longer writable: ', socket ? socket.id : 'no socket available...')
      return undefined
    }
    const wrapper = this.wrapMessage(message)
    const json = encode(wrapper)
    if (json === undefined) return undefined
    log.debug('> send: ', json, ' to client: ', socket.id)
    writeLine(socket, json, separator)
    helped.messageCount++
    return wrapper
  }
}

module.exports = MessageWriter
