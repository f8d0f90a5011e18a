'use strict'

const EventEmitter = require('node:events')
const { inherits } = require('node:util')
const engine = require('../../engine')
const { attach, endpoint, endsLines, writeLine } = require('../lines')

/** The receiver of connections that nobody has taken over yet. */
const NOBODY = {}

/** Listens, and hands what its clients send to its reader. */
function SocketServer(options) {
  const { log, socketFile, reader, writer, separator, protocol } = endpoint(this, 'server', options)
  const removeSocketFileOnStart = options.removeSocketFileOnStart !== false
  const sendConnectMessage = options.sendConnectMessage === true
  /** In the order they came; always the same array, programs keep it. */
  const clients = []
  let listener = null
  EventEmitter.call(this)

  const remove = (connection) => {
    if (clients.includes(connection)) clients.splice(clients.indexOf(connection), 1)
  }

  this.createdCallback = (connection) => {
    attach(connection, protocol, reader, {
      ended() {
        log.info('end the connection for id: ', id)
        connection.end()
        remove(connection)
      },
      failed(error) {
        log.error(error)
        connection.end()
      },
      closed: () => remove(connection)
    })
    const { id } = connection
    log.info('socket created for id: ', id)
    clients.push(connection)
    if (sendConnectMessage) writer.send({ clients: clients.map((each) => each.id), yourid: id }, connection)
    this.emit('client', connection)
  }

  this.broadcast = (message, list) => {
    const wrapper = writer.wrapMessage(message)
    const json = JSON.stringify(wrapper)
    if (json === undefined) return undefined
    const together = []
    ;(list || clients).forEach((client) => {
      if (!client.writable) return
      log.debug('> broadcast: ', client.id, ': ', json)
      if (endsLines(client, separator)) together.push(client)
      else writeLine(client, json, separator)
    })
    engine.broadcast(together, json)
    return wrapper
  }

  this.start = () => {
    if (listener) return
    log.info('start the server: ', socketFile)
    const started = new engine.Listener(protocol, NOBODY)
    const { createdCallback } = this
    started.on('connection', (connection) => {
      createdCallback(connection)
      // A callback of the user's may hand it on later; nothing is lost until then.
      if (connection.receiver === NOBODY && connection.listenerCount('data') === 0) connection.pause()
    })
    started.on('error', (error) => {
      if (listener === started && !started.listening) listener = null
      log.error(error)
      if (this.listenerCount('error') > 0) this.emit('error', error)
    })
    started.on('listening', () => log.info('socket listening to: ', socketFile))
    // Whatever is no socket stays where it is.
    listener = started.listen({ path: socketFile, unlink: removeSocketFileOnStart ? 'sockets' : 'never' })
  }

  this.stop = () => {
    if (!listener) return
    log.info('kill the clients and stop the server')
    listener.close()
    listener = null
    for (const client of [...clients]) client.end()
  }

  this.onClientConnection = (handler) => {
    log.info('add the client connection handler')
    this.on('client', handler)
  }

  this.getClients = () => clients
  this.__protected = () => ({ socketFile, removeSocketFileOnStart, separator })
}

inherits(SocketServer, EventEmitter)

module.exports = SocketServer
