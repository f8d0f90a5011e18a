'use strict'

const engine = require('../engine')
const { Channel } = require('./channel')
const { Endpoint, envelope } = require('./endpoint')
const { BadClientError, SendAfterCloseError } = require('./errors')

class Server extends Endpoint {
  #closeCalled = false

  constructor(options) {
    super(options)
    /** The listener; none before `listen()`. */
    this._server = undefined
    /** The clients that can be sent to: connection → id, and id → connection. */
    this._sockets = new Map()
    this._clientLookup = new Map()
  }

  listen() {
    if (this._server || this.#closeCalled) throw new Error('Can not listen twice.')
    const listener = new engine.Listener(this._protocol, { opened: (connection) => this.#accept(connection) })
    this._server = listener
    listener.on('listening', () => this.emit('listening'))
    listener.on('error', (error) => this.emit('error', error))
    listener.on('close', () => this._announceClose())
    // Takes the place of a socket where nobody answers; nothing else is ever removed.
    listener.listen({ path: this._socketFile, unlink: 'probe' })
  }

  #accept(connection) {
    const id = engine.uuid()
    this._sockets.set(connection, id)
    this._clientLookup.set(id, connection)
    const forget = () => {
      this._sockets.delete(connection)
      this._clientLookup.delete(id)
    }
    connection.receiver = new Channel(this, connection, forget, id)
    this.emit('connection', id, connection)
  }

  /** @internal The connection to send to. If there is none, that is emitted. */
  _recipient(topic, message, clientId) {
    if (this.#refuses('.send()', topic, message)) return undefined
    const connection = this._clientLookup.get(clientId)
    if (connection?.writable) return connection
    this.emit('error', new BadClientError(`Invalid client id: ${clientId}`, message, topic, clientId))
    return undefined
  }

  #refuses(method, topic, message) {
    if (!this.#closeCalled) return false
    this.emit('error', new SendAfterCloseError(`Can not '${method}' after '.close()'`, message, topic))
    return true
  }

  broadcast(topic, message) {
    if (this.#refuses('.broadcast()', topic, message)) return
    if (this._encoder !== null) {
      this._encode(topic, message, (bytes) => {
        if (this.#refuses('.broadcast()', topic, message)) return
        for (const connection of this._sockets.keys()) if (connection.writable) connection.write(bytes)
      })
      return
    }
    try {
      engine.broadcast(this._sockets.keys(), envelope.stringify(topic, message))
    } catch (error) {
      this._unencodable(error, topic, message)
    }
  }

  close() {
    if (this.#closeCalled) return
    this.#closeCalled = true
    if (this._server?.listening) this._server.close()
    else process.nextTick(() => this._announceClose())
    for (const connection of this._sockets.keys()) connection.end()
  }
}

module.exports = { Server }
