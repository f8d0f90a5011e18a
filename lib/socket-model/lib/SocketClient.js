'use strict'

const engine = require('../../engine')
const { attach, endpoint } = require('../lines')

/** A connection that was lost is established again at once if it has lived that long, ms. */
const SETTLED = 1000

/** One end of a connection that is established again when it is lost. */
function SocketClient(options) {
  const { log, socketFile, reader, writer, separator, protocol } = endpoint(this, 'client', options)
  const { sendWelcomeMessage } = options
  const retryInterval = options.retryInterval > 0 ? options.retryInterval : 5000
  const retry = new engine.Retry(() => attempt())
  const later = () => void retry.arm({ delay: retryInterval })
  const reconnects = options.reconnect !== false
  let stopped = false
  /** The connection, or the attempt to establish it. */
  let socket = null
  /** When it was established, ms; 0 before. */
  let since = 0
  /** Whether it was started once more meanwhile. */
  let asked = false

  this.connectHandler = () => {
    log.info('client connected')
    if (sendWelcomeMessage) this.send('greetings')
  }

  this.endHandler = () => {
    log.info('client connection ended')
    // Not destroyed: what was sent before still leaves.
    if (socket) socket.end()
    socket = null
    again()
  }

  this.start = () => {
    log.info('start the client socket for file: ', socketFile)
    stopped = false
    if (socket && socket.writable) {
      asked = true
      return
    }
    retry.cancel()
    attempt()
  }

  this.stop = (message) => {
    log.info('stop the client socket at user request...')
    stopped = true
    retry.cancel()
    if (!socket || !socket.writable) return
    // Nothing follows the last line but the end of the stream.
    socket.end(message ? JSON.stringify(writer.wrapMessage(message)) : undefined)
  }

  this.errorHandler = (error) => void log.error('error handler: ', error.message)
  this.send = (message) => writer.send(message, socket)
  this.__protected = () => ({ socketFile, separator, reconnect: reconnects && !stopped })

  const attempt = () => {
    if (!engine.isTaken(`${socketFile}`)) return later()
    log.info('create socket connection to ', socketFile)
    const connection = engine.connect({ path: socketFile }, protocol, {})
    socket = connection
    since = 0
    asked = false
    const { connectHandler, errorHandler, endHandler } = this
    let ended = false
    // Of a connection that has been replaced only the messages matter.
    attach(connection, protocol, reader, {
      opened() {
        if (connection !== socket) return
        since = performance.now()
        connectHandler()
      },
      ended() {
        ended = true
        if (connection === socket) endHandler()
      },
      failed(error) {
        // On Windows only connecting tells that nothing is there yet, and elsewhere that is no error.
        if (process.platform !== 'win32' || error.code !== 'ENOENT') errorHandler(error)
        else if (connection.bytesWritten > 0) log.warn('what was sent before there was a server is lost')
      },
      closed() {
        if (connection !== socket || ended) return
        socket = null
        if (since > 0) again()
        else if (stopped) return
        // On Windows an attempt is under way also where nobody is: elsewhere this start would have made one.
        else if (asked && process.platform === 'win32') attempt()
        else later()
      }
    })
  }

  const again = () => {
    if (stopped || !reconnects) return
    log.info('attempt a reconnect to ', socketFile)
    // A server that closes each connection at once would keep both ends busy with nothing else.
    if (performance.now() - since >= SETTLED) this.start()
    else later()
  }
}

module.exports = SocketClient
