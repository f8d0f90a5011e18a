'use strict'

const fs = require('node:fs')

const engine = require('../../engine')
const { Lines, lineProtocol, number, required } = require('../lines')

/** How long a connection must have lived to be established again at once, ms. */
const SETTLED = 1000

/**
 * One end of a connection that is established again when it is lost.
 * @param {any} options
 */
function SocketClient(options) {
  const { log, socketFile, reader, writer, sendWelcomeMessage } = options
  const separator = options.separator || '\n'
  const reconnects = options.reconnect !== false
  const retryInterval = options.retryInterval > 0 ? options.retryInterval : 5000
  const protocol = lineProtocol(separator)
  const retry = new engine.Retry(() => attempt())
  let reconnect = reconnects
  /** The connection, or the attempt to establish it. @type {any} */
  let socket = null
  /** When it was established; 0: not yet. */
  let since = 0

  this.connectHandler = () => {
    log.info('client connected')
    if (sendWelcomeMessage) this.send('greetings')
  }

  /** @param {Error} error */
  this.errorHandler = (error) => {
    log.error('error handler: ', error.message)
  }

  this.endHandler = () => {
    log.info('client connection ended')
    // What was sent before still leaves.
    if (socket) socket.end()
    socket = null
    again()
  }

  /** @param {any} message */
  this.send = (message) => writer.send(message, socket)

  /** @param {(message: any, connection?: any) => void} handler */
  this.onMessage = (handler) => {
    reader.on('message', handler)
  }
}
