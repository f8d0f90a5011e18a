'use strict'

const engine = require('../engine')
const { BROADCAST, DELIVER, DISCOVER, EMIT, encode, newId } = require('./message')
const { Party } = require('./party')
const { Queue } = require('./queue')
const { Session } = require('./session')

/** Between the end of a connection and the next attempt, ms. */
const RETRY = 2000

/** @param {string} code @param {string} message */
function failure(code, message) {
  return Object.assign(new Error(message), { code })
}

/** A client of a domain. */
class IpcClient extends Party {
  #name
  #deliveryTimeout
  /** @type {Session | null} */
  #session = null
  #retry = new engine.Retry(() => this.#attempt())
  #started = false
  #connected = false
  /** What `connect()` has promised. @type {{ resolve: () => void, reject: (error: Error) => void } | null} */
  #promised = null
  #private = new Queue((socket, text, callback) => this._transmit(socket, text, callback))
  #shared = new Queue((socket, text, callback) => this._transmit(socket, text, callback))
  /** Results awaited, by delivery id. @type {Map<string, (result: any) => void>} */
  #deliveries = new Map()
  /** @type {{ promise: Promise<any>, resolve: (result: any) => void, asked: boolean } | null} */
  #discovery = null

  /** @param {any} [options] @param {any} [handlers] */
  constructor(options = {}, handlers = {}) {
    super(options, handlers)
    this.#name = options.name || newId()
    this.#deliveryTimeout = options.deliveryTimeout
  }

  /**
   * Connects, and connects again whenever the connection is lost. Resolves when the client has joined the domain for the
   * first time, however long that takes; is rejected (`code` 201) if another client has its name.
   * @returns {Promise<void>}
   */
  connect() {
    if (this.#started) {
      throw new Error(
        `Tried to connect to IPC server for domain ${this._domain}, when already connected/ing.`
      )
    }
    this.#started = true
    this.#retry.reset()
    const promise = new Promise((resolve, reject) => (this.#promised = { resolve, reject }))
    this.#attempt()
    return promise
  }

  /** Whether the private socket is up. */
  isConnected() {
    return this.#connected
  }

  /** Whether it is connected or will be, if it can. */
  isStarted() {
    return this.#started
  }

  /**
   * Sends a message to the server. Resolves when it has left.
   * @param {any} command
   * @param {any} [data]
   * @param {any} [delivery]
   */
  send(command, data, delivery = null) {
    this._trace('sends', command)
    return this.#private.push(encode(command, data, delivery))
  }

  /** Sends a message to all other clients. Resolves when it has left. @param {any} command @param {any} [data] */
  broadcast(command, data) {
    this._trace('broadcasts', command)
    return this.#relay(BROADCAST, encode(command, data))
  }

  /**
   * Sends a message to another client. Resolves when it has left.
   * @param {string} client_name
   * @param {any} command
   * @param {any} [data]
   */
  emit(client_name, command, data) {
    this._trace('emits', command, 'to', client_name)
    return this.#relay(EMIT, encode(command, data, null, client_name))
  }

  /** @param {string} command @param {string} message @param {string | null} [delivery] */
  #relay(command, message, delivery = null) {
    return this.#shared.push(encode(command, message, delivery, this.#name))
  }

  /**
   * Sends a message to another client, or without a name to the server, and resolves with the result of its handler.
   * @param {string} client_name
   * @param {any} command
   * @param {any} [data] undefined: the first two are command and data, for the server
   */
  deliver(client_name, command, data) {
    const id = newId()
    if (data === undefined) {
      this.send(client_name, command, id)
    } else {
      this._trace('delivers', command, 'to', client_name)
      this.#relay(EMIT, encode(command, data, id, client_name), id)
    }
    return new Promise((resolve, reject) => {
      this.#deliveries.set(id, resolve)
      if (this.#deliveryTimeout > 0) this.#expire(id, resolve, reject)
    })
  }

  #expire(id, resolve, reject) {
    const limit = this.#deliveryTimeout
    const timer = setTimeout(() => {
      this.#deliveries.delete(id)
      reject(failure('ERR_IPC_DELIVERY_TIMEOUT', `no answer to delivery ${id} within ${limit} ms`))
    }, limit)
    this.#deliveries.set(id, (result) => {
      clearTimeout(timer)
      resolve(result)
    })
  }

  /**
   * Asks the server for the names of the clients and of its handlers.
   * @returns {Promise<{ clients: string[], command_handlers: string[] }>} the same one while it is under way
   */
  discover() {
    if (this.#discovery === null) {
      let resolve
      const promise = new Promise((done) => (resolve = done))
      this.#discovery = { promise, resolve, asked: false }
      this.#ask()
    }
    return this.#discovery.promise
  }

  #ask() {
    const discovery = this.#discovery
    discovery.asked = false
    this.#shared.push(encode(DISCOVER, null, null, this.#name)).then(() => (discovery.asked = true))
  }

  /**
   * Disconnects, and stays so until `connect()`. Messages that have not left are kept for then.
   * @returns {Promise<void>} when both sockets are closed
   */
  async close() {
    this.#started = false
    this.#retry.cancel()
    const session = this.#session
    const promised = this.#promised
    this.#promised = null
    this.#offline()
    if (session !== null) await session.close()
    if (promised !== null)
      promised.reject(failure('ERR_IPC_CLOSED', 'the client was closed before it was connected'))
  }

  #attempt() {
    if (!this.#started) return
    this._trace('connects to', this._bcast_path)
    this.#session = new Session(this.#events, this._bcast_path, this.#name)
  }

  #offline() {
    this.#connected = false
    this.#session = null
    this.#private.detach()
    this.#shared.detach()
  }

  /** What sessions report. */
  #events = {
    joined: (session) => this.#joined(session),
    taken: () => this.#taken(),
    discovered: (data) => this.#discovered(data),
    message: (message, session) => this.#message(message, session),
    over: () => this.#over()
  }

  #joined(session) {
    this.#connected = true
    this._trace('is connected as', this.#name)
    if (this.#promised !== null) this.#promised.resolve()
    this.#promised = null
    this.#private.attach(session.socket)
    this.#shared.attach(session.lobby)
    // The question has left, the connection by which the answer would have come is gone.
    if (this.#discovery !== null && this.#discovery.asked) this.#ask()
  }

  #taken() {
    this.#offline()
    this._trace('cannot have the name', this.#name)
    if (this.#promised === null) {
      // A connection of its own that the server has not seen the end of, mostly.
      this.#retry.arm({ delay: RETRY })
      return
    }
    this.#started = false
    const { reject } = this.#promised
    this.#promised = null
    const message = `Client name ${this.#name} is taken in domain ${this._domain}.`
    reject(Object.assign(new Error(message), { code: 201 }))
  }

  #over() {
    this.#offline()
    if (!this.#started) return
    this._trace('is offline')
    this.#retry.arm({ delay: RETRY })
  }

  #discovered(data) {
    if (this.#discovery === null) return
    const { resolve } = this.#discovery
    this.#discovery = null
    resolve(data)
  }

  #message(message, session) {
    this._trace('gets', message.command)
    if (message.command === DELIVER) {
      const resolve = this.#deliveries.get(message.delivery)
      if (resolve === undefined) return
      this.#deliveries.delete(message.delivery)
      resolve(this._data(message))
      return
    }
    const { uuid, socket } = session
    this._receive(message, { uuid, name: this.#name, socket, server: null }, (result, delivery) => {
      this.#private.push(encode(DELIVER, result, delivery))
    })
  }

  get _client_name() {
    return this.#name
  }

  get _channel_id() {
    return this.#session === null ? null : this.#session.uuid
  }

  get _queue() {
    return this.#private.texts
  }

  get _bcast_queue() {
    return this.#shared.texts
  }
}

module.exports = { IpcClient }
