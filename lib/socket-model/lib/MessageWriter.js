'use strict'

const { randomUUID } = require('node:crypto')
const { writeLine } = require('../lines')

/** Whether JSON has the same text for a message by itself as in a wrapper: a `toJSON` is told what it is called for. */
const standsAlone = (message) =>
  typeof message === 'string' || (typeof message === 'object' && message.toJSON === undefined)

/** Wraps messages and sends them. */
function MessageWriter(options) {
  const { log } = options
  const separator = options.separator || '\n'
  let messageCount = 0

  const wrapMessage = (message) => {
    if (message) return { mid: randomUUID(), ts: Date.now(), message }
    log.error('wrap message expects a message object...')
    return undefined
  }
  this.wrapMessage = wrapMessage

  /** By hand in less than half the time, where it comes to the same. */
  const encode = (wrapper) => {
    if (this.wrapMessage !== wrapMessage || !standsAlone(wrapper.message)) return JSON.stringify(wrapper)
    return `{"mid":"${wrapper.mid}","ts":${wrapper.ts},"message":${JSON.stringify(wrapper.message)}}`
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
    messageCount++
    return wrapper
  }

  this.getMessageCount = () => {
    log.info('total messages written: ', messageCount)
    return messageCount
  }

  this.__protected = () => ({ separator })

  if (!log) throw new Error('socket server must be constructed with a log')
}

module.exports = MessageWriter
