'use strict'

const EventEmitter = require('node:events')
const { inherits } = require('node:util')
const { abilities, helper } = require('../lines')

/** Parses lines and emits `message`. No class: programs derive from it with `MessageReader.call(this, options)`. */
function MessageReader(options) {
  const helped = helper(this, 'read', options)
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
      return void helped.log.error('error parsing line: ', line, ', err: ', error.message)
    }
    take(line, connection, message)
  }

  const take = (line, connection, message) => {
    helped.log.debug('< read: ', line, ', message count: ', ++helped.messageCount)
    // Never at once, as in the original; but what comes together waits for one tick together, not each for its own.
    if (message && waiting.push(message, connection) === 2) process.nextTick(emit)
  }

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
        process.nextTick(emit)
      }
    }
  }

  abilities.set(this, { emit, lineHandler: this.lineHandler, take })
}

inherits(MessageReader, EventEmitter)

module.exports = MessageReader
