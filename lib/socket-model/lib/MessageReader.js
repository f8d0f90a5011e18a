'use strict'

const EventEmitter = require('node:events')
const util = require('node:util')

const { Delivery } = require('../delivery')
const { deliveries } = require('../lines')

/**
 * Parses lines and emits `message`. A function and not a class: programs derive from it with `util.inherits` and `call`.
 * @param {any} options
 */
function MessageReader(options) {
  const { log } = options
  const separator = options.separator || '\n'
  const delivery = new Delivery(this)
  let messageCount = 0

  EventEmitter.call(this)

  /**
   * @param {string} line
   * @param {any} [connection] the one it came from
   */
  this.lineHandler = (line, connection) => {
    if (!line || line.length <= 2) return
    let message
    try {
      message = JSON.parse(line)
    } catch (error) {
      log.error('error parsing line: ', line, ', err: ', error.message)
      return
    }
    messageCount++
    log.debug('< read: ', line, ', message count: ', messageCount)
    if (message) delivery.add(message, connection)
  }

  this.getMessageCount = () => {
    log.info('total messages read: ', messageCount)
    return messageCount
  }

  this.__protected = () => ({ separator })

  if (!log) throw new Error('socket server must be constructed with a log')
  deliveries.set(this, delivery)
}

util.inherits(MessageReader, EventEmitter)

module.exports = MessageReader
