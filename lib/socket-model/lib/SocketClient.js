'use strict'

const fs = require('node:fs')
const engine = require('../../engine')
const { attach, checked, lineProtocol } = require('../lines')

/** A connection that was lost is established again at once if it has lived that long, ms. */
const SETTLED = 1000

/** The longest local path, bytes: what lies at a longer one has the name that is left of it. */
const PATH_MAX = { darwin: 104, win32: Infinity }[process.platform] ?? 108

/** One end of a connection that is established again when it is lost. */
function SocketClient(options) {
  const { log, socketFile, reader, writer, sendWelcomeMessage } = checked('client', options)
  const separator = options.separator || '\n'
  const protocol = lineProtocol(separator)
  const retryInterval = options.retryInterval > 0 ? options.retryInterval : 5000
  const retry = new engine.Retry(() => attempt())
  /** Whether there shall be a connection, and another one after it. */
  let wanted = false
  const reconnects = options.reconnect !== false
  let reconnect = reconnects
  /** The connection, or the attempt to establish it. */
  let socket = null
  /** When it was established, ms; 0 before. */
  let since = 0

  this.connectHandler = () => {
    log.info('client connected')
    if (sendWelcomeMessage) this.send('greetings')
  }

  this.errorHandler = (error) => void log.error('error handler: ', error.message)

  this.endHandler = () => {
    log.info('client connection ended')
    // Not destroyed: what was sent before still leaves.
    if (socket) socket.end()
    socket = null
    again()
  }

  this.send = (message) => writer.send(message, socket)
  this.onMessage = (handler) => void reader.on('message', handler)

  this.start = () => {
    log.info('start the client socket for file: ', socketFile)
    wanted = true
    reconnect = reconnects
    if (socket && socket.writable) return
    retry.cancel()
    attempt()
  }

  this.stop = (message) => {
    log.info('stop the client socket at user request...')
    wanted = reconnect = false
    retry.cancel()
    if (!socket || !socket.writable) return
    // Nothing follows the last line but the end of the stream.
    if (message) socket.end(JSON.stringify(writer.wrapMessage(message)))
    else socket.end()
  }

  this.getReader = () => reader
  this.getWriter = () => writer
  this.__protected = () => ({ socketFile, separator, reconnect })

  const later = () => retry.arm({ delay: retryInterval })

  const attempt = () => {
    if (!fs.existsSync(Buffer.from(`${socketFile}`).subarray(0, PATH_MAX))) return void later()
    log.info('create socket connection to ', socketFile)
    const connection = engine.connect({ path: socketFile }, protocol, {})
    socket = connection
    since = 0
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
      failed: (error) => errorHandler(error),
      closed() {
        if (connection !== socket || ended) return
        socket = null
        if (since > 0) again()
        else if (wanted) later()
      }
    })
  }

  const again = () => {
    if (!reconnect) return
    log.info('attempt a reconnect to ', socketFile)
    // A server that closes each connection at once would keep both ends busy with nothing else.
    if (performance.now() - since >= SETTLED) this.start()
    else later()
  }
}

module.exports = SocketClient
