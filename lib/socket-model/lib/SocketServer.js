'use strict'

const EventEmitter = require('node:events')
const util = require('node:util')

const engine = require('../../engine')
const { Clients } = require('../clients')
const { required, sendsLines, writeLine } = require('../lines')

/** Receives for connections that nobody has taken over yet. */
const UNKNOWN = { message() {} }

/**
 * Listens, and hands what its clients send to its reader.
 * @param {any} options
 */
function SocketServer(options) {
  const { log, socketFile, reader, writer } = options
  const removeSocketFileOnStart = options.removeSocketFileOnStart !== false
  const sendConnectMessage = options.sendConnectMessage === true
  const separator = options.separator || '\n'
  const clients = new Clients(reader, separator, log)
  /** @type {any} */
  let listener = null

  EventEmitter.call(this)

  /** @param {any} connection one of the server's own, or any stream */
  this.createdCallback = (connection) => {
    clients.add(connection)
    log.info('socket created for id: ', connection.id)
    if (sendConnectMessage) {
      writer.send({ clients: clients.list.map(({ id }) => id), yourid: connection.id }, connection)
    }
    this.emit('client', connection)
  }

  /** @param {(connection: any) => void} handler */
  this.onClientConnection = (handler) => {
    log.info('add the client connection handler')
    this.on('client', handler)
  }

  /**
   * @param {any} message
   * @param {any} [list] who gets it; everybody by default
   */
  this.broadcast = (message, list) => {
    const wrapper = writer.wrapMessage(message)
    if (wrapper === undefined) return undefined
    const json = JSON.stringify(wrapper)
    /** @type {any[]} */
    const together = []
    const add = (/** @type {any} */ client) => {
      if (!client.writable) return
      log.debug('> broadcast: ', client.id, ': ', json)
      if (sendsLines(client, separator)) together.push(client)
      else writeLine(client, json, separator)
    }
    ;(list || clients.list).forEach(add)
    engine.broadcast(together, json)
    return wrapper
  }

  /** @param {(message: any, connection?: any) => void} handler */
  this.onMessage = (handler) => {
    reader.on('message', handler)
  }

  this.start = () => {
    if (listener) return
    log.info('start the server: ', socketFile)
    const { createdCallback } = this
    const started = new engine.Listener(clients.protocol, UNKNOWN)
    listener = started
    started.on('connection', (connection) => {
      createdCallback(connection)
      // A callback of the user's may hand it on later; nothing is lost until then.
      if (connection.receiver === UNKNOWN && connection.listenerCount('data') === 0) connection.pause()
    })
    started.on('error', (error) => {
      if (listener === started && !started.listening) listener = null
      log.error(error)
      if (this.listenerCount('error') > 0) this.emit('error', error)
    })
    // Only ever sockets are removed: the original takes away whatever is at the path.
    started.listen({ path: socketFile, unlink: removeSocketFileOnStart ? 'sockets' : 'never' }, () =>
      log.info('socket listening to: ', socketFile)
    )
  }

  this.stop = () => {
    if (!listener) return
    log.info('kill the clients and stop the server')
    listener.close()
    listener = null
    for (const client of [...clients.list]) client.end()
  }

  this.getClients = () => clients.list
  this.getReader = () => reader
  this.getWriter = () => writer
  this.__protected = () => ({ socketFile, removeSocketFileOnStart, separator })

  required('server', options)
}

util.inherits(SocketServer, EventEmitter)

module.exports = SocketServer
