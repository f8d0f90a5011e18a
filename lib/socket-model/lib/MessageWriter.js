'use strict'

const { randomUUID } = require('node:crypto')

const { writeLine } = require('../lines')

/**
 * Wraps messages and sends them.
 * @param {any} options
 */
function MessageWriter(options) {
  const { log } = options
  const separator = options.separator || '\n'
  let messageCount = 0

  /** @param {any} message */
  this.wrapMessage = (message) => {
    if (message) return { mid: randomUUID(), ts: Date.now(), message }
    log.error('wrap message expects a message object...')
    return undefined
  }

  /** @param {any} message @param {any} socket */
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
    const json = JSON.stringify(wrapper)
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
