'use strict'

const EventEmitter = require('node:events')
const { inherits } = require('node:util')
const { settlers } = require('../lines')

/** Parses lines and emits `message`. No class: programs derive from it with `MessageReader.call(this, options)`. */
function MessageReader(options) {
  const { log } = options
  const separator = options.separator || '\n'
  let messageCount = 0
  /** Message, connection, message, connection … */
  let waiting = []
  EventEmitter.call(this)

  this.lineHandler = (line, connection) => {
    // Nothing that a peer sends is that short.
    if (!line || line.length <= 2) return
    let message
    try {
      message = JSON.parse(line)
    } catch (error) {
      return void log.error('error parsing line: ', line, ', err: ', error.message)
    }
    messageCount++
    log.debug('< read: ', line, ', message count: ', messageCount)
    if (message && waiting.push(message, connection) === 2) later()
  }

  // The original emits each message two ticks after its chunk: whoever has just been told of a connection, also by a
  // promise, has time to add a handler. What crosses together waits together here, for the tick after those promises.
  const later = () => queueMicrotask(() => process.nextTick(emit))

  const emit = () => {
    const batch = waiting
    waiting = []
    let at = 0
    try {
      while (at < batch.length) this.emit('message', batch[at++], batch[at++])
    } finally {
      // A handler that throws costs nobody the messages after it.
      if (at < batch.length) {
        waiting = batch.slice(at).concat(waiting)
        later()
      }
    }
  }

  this.getMessageCount = () => {
    log.info('total messages read: ', messageCount)
    return messageCount
  }

  this.__protected = () => ({ separator })

  if (!log) throw new Error('socket server must be constructed with a log')
  // If nobody listens yet, somebody still may.
  settlers.set(this, () => this.listenerCount('message') > 0 && emit())
}

inherits(MessageReader, EventEmitter)

module.exports = MessageReader
