'use strict'

const EventEmitter = require('node:events')
const { randomUUID } = require('node:crypto')

const engine = require('../engine')
const { JsonChannel, TranscodedChannel } = require('./channel')
const { BadClientError, SendAfterCloseError } = require('./errors')
const { checkSocketFile } = require('./options')
const { CHUNKS, JSON_FRAMES, encode, stringify, write } = require('./wire')

/**
 * Listens at a socket file, and talks to every client by its id.
 *
 * Events: `listening connection(clientId, socket) message(message, topic, clientId) message.<topic>(message, clientId)
 * error(error[, clientId]) closed close`.
 */
class Server extends EventEmitter {
  #transcoder
  /** Of the transcoder, for all connections; null: JSON. */
  #encoder
  #closeCalled = false
  #announced = false

  /** @param {{ socketFile: string, transcoder?: any }} options */
  constructor(options) {
    super()
    this._socketFile = checkSocketFile(options.socketFile)
    this.#transcoder = options.transcoder || null
    this.#encoder = this.#transcoder && this.#transcoder.createEncoder()
    /** The listener; undefined before `listen()`. @type {any} */
    this._server = undefined
    /** The ids of the connections that can be sent to. @type {Map<any, string>} */
    this._sockets = new Map()
    /** The same, by id. @type {Map<string, any>} */
    this._clientLookup = new Map()
  }

  /** Starts to listen: the socket file is there on return, `listening` or `error` follows. */
  listen() {
    if (this._server || this.#closeCalled) throw new Error('Can not listen twice.')
    const protocol = this.#transcoder ? CHUNKS : JSON_FRAMES
    const listener = new engine.Listener(protocol, { opened: (connection) => this.#accept(connection) })
    this._server = listener
    listener.on('listening', () => this.emit('listening'))
    listener.on('error', (error) => this.emit('error', error))
    listener.on('close', () => this.#announceClose())
    // The place of a socket is taken if nobody answers there; nothing else is ever removed.
    listener.listen({ path: this._socketFile, unlink: 'probe' })
  }

  #accept(connection) {
    const id = randomUUID()
    const forget = () => {
      this._sockets.delete(connection)
      this._clientLookup.delete(id)
    }
    this._sockets.set(connection, id)
    this._clientLookup.set(id, connection)
    const Channel = this.#transcoder ? TranscodedChannel : JsonChannel
    connection.receiver = new Channel(this, connection, forget, id, this.#transcoder)
    this.emit('connection', id, connection)
  }

  /**
   * Sends a message to one client.
   * @param {any} topic
   * @param {any} message
   * @param {string} clientId
   */
  send(topic, message, clientId) {
    const connection = this.#recipient(topic, message, clientId)
    if (connection === undefined) return
    if (this.#encoder === null) {
      const text = stringify(this, topic, message)
      if (text !== undefined) connection.send(text)
      return
    }
    encode(this, this.#encoder, { topic, message }, (data) => {
      // The encoder may have taken long enough for the client to leave.
      const recipient = this.#recipient(topic, message, clientId)
      if (recipient !== undefined) write(recipient, data)
    })
  }

  /** The connection to send to; if there is none, that is emitted. */
  #recipient(topic, message, clientId) {
    if (this.#closeCalled) return this.#refuse('.send()', topic, message)
    const connection = this._clientLookup.get(clientId)
    if (connection !== undefined && connection.writable) return connection
    this.emit('error', new BadClientError(`Invalid client id: ${clientId}`, message, topic, clientId))
    return undefined
  }

  /**
   * Sends a message to every client; it is encoded once.
   * @param {any} topic
   * @param {any} message
   */
  broadcast(topic, message) {
    if (this.#closeCalled) return this.#refuse('.broadcast()', topic, message)
    if (this.#encoder === null) {
      const text = stringify(this, topic, message)
      if (text !== undefined) engine.broadcast(this._sockets.keys(), text)
      return
    }
    encode(this, this.#encoder, { topic, message }, (data) => {
      if (this.#closeCalled) return this.#refuse('.broadcast()', topic, message)
      for (const connection of this._sockets.keys()) if (connection.writable) write(connection, data)
    })
  }

  #refuse(method, topic, message) {
    this.emit('error', new SendAfterCloseError(`Can not '${method}' after '.close()'`, message, topic))
  }

  /** Stops to listen and ends every connection; `closed` and `close` follow when all of them have closed. */
  close() {
    if (this.#closeCalled) return
    this.#closeCalled = true
    if (this._server && this._server.listening) this._server.close()
    else process.nextTick(() => this.#announceClose())
    for (const connection of this._sockets.keys()) connection.end()
  }

  #announceClose() {
    if (this.#announced) return
    this.#announced = true
    try {
      this.emit('closed')
    } finally {
      this.emit('close')
    }
  }
}

module.exports = { Server }
