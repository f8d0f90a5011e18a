'use strict'

const engine = require('../engine')
const { DELIVER, encode } = require('./message')
const { Party } = require('./party')

const MiB = 1024 * 1024

/** Default caps, bytes: what one client can have the server hold. */
const MAX_FRAME = 64 * MiB
const MAX_OUTBOX = 64 * MiB

/** Bytes waiting for a client from which on those who send to it are held up. */
const HIGH_WATER_MARK = 256 * 1024

/** What the original's listener of a private socket is by the time a handler sees it: closed. */
const CLOSED_LISTENER = Object.freeze({
  listening: false,
  address: () => null,
  close(callback) {
    if (callback) process.nextTick(callback)
    return this
  }
})

/** The server of a domain. What clients send to each other is routed by the engine and never comes here. */
class IpcServer extends Party {
  #options
  #protocol
  #domain = null
  #members = null

  /** @param {any} [options] @param {any} [handlers] */
  constructor(options = {}, handlers = {}) {
    super(options, handlers)
    const { maxFrameBytes = MAX_FRAME, maxOutboxBytes = MAX_OUTBOX } = options
    const { echoBroadcast, falsyAsNull, exclusive, onError } = options
    this.#options = {
      path: this._bcast_path,
      privatePath: `${this._bcast_path}.`,
      exclusive: Boolean(exclusive),
      echoBroadcast: Boolean(echoBroadcast),
      falsyAsNull: Boolean(falsyAsNull)
    }
    /** Told what goes wrong and can be told nobody else; default: a warning of the process. */
    this._onError = onError
    this.#protocol = {
      framing: { mode: 'json-object' },
      codec: 'json',
      highWaterMark: HIGH_WATER_MARK,
      maxFrameBytes,
      maxOutboxBytes
    }
    /** Clients by name. */
    this._name_registry = Object.create(null)
    /** The same by the id of their private socket: `{ name, server, socket }`. */
    this._uuid_registry = Object.create(null)
  }

  /** Listens: the socket is there when this returns. */
  start() {
    if (this.#domain !== null) {
      throw new Error(`Tried to start IPC server for domain ${this._domain}, that has already started.`)
    }
    const members = new Members(this)
    const domain = new engine.Domain(this.#protocol, members)
    domain.open(this.#options)
    domain.setCommands(Object.keys(this._command_handlers))
    this.#domain = domain
    this.#members = members
    this._trace('listens at', this._bcast_path)
    return this
  }

  /** True from `start()` on, until `close()`. */
  isStarted() {
    return this.#domain !== null
  }

  /** @param {any} collection */
  addHandlers(collection) {
    try {
      return super.addHandlers(collection)
    } finally {
      // The entries before a bad one are there. The constructor's come before there is a domain.
      if (#domain in this && this.#domain !== null)
        this.#domain.setCommands(Object.keys(this._command_handlers))
    }
  }

  /**
   * Sends a message to one client; to nobody if there is none of that name.
   * @param {string} client_name
   * @param {any} command
   * @param {any} [data]
   * @param {any} [delivery]
   */
  emit(client_name, command, data, delivery = null) {
    const text = encode(command, data, delivery)
    if (this.#domain === null || client_name === null || client_name === undefined) return this
    this._trace('emits', command, 'to', client_name)
    if (this._encoding === 'utf8') this.#domain.emit(String(client_name), text)
    else this.#write(this._name_registry[client_name], text)
    return this
  }

  /**
   * Sends a message to all clients, except one.
   * @param {any} command
   * @param {any} [data]
   * @param {string | null} [initiator_client]
   */
  broadcast(command, data, initiator_client = null) {
    const text = encode(command, data)
    if (this.#domain === null) return this
    this._trace('broadcasts', command)
    if (this._encoding === 'utf8') {
      this.#domain.broadcast(text, initiator_client === null ? undefined : String(initiator_client))
    } else {
      for (const member of Object.values(this._name_registry)) {
        if (member.name !== initiator_client) this.#write(member, text)
      }
    }
    return this
  }

  #write(member, text) {
    if (member !== undefined) this._send(member, text)
  }

  /** @internal Sends to one client on the socket; what it has no room for is reported. */
  _send({ name, socket }, text, callback) {
    try {
      return this._transmit(socket, text, callback)
    } catch (error) {
      if (error.code !== 'ERR_IPC_OUTBOX_FULL') throw error
      this._report(Object.assign(error, { client: name, lost: 1 }))
      return false
    }
  }

  /** @internal */
  _report(error) {
    this._trace('has an error:', error.message)
    if (typeof this._onError === 'function') this._onError(error)
    else process.emitWarning(error)
  }

  /** What there is in the domain, `{ clients, waiting, deliveries, held }`; null before `start()`. */
  census() {
    return this.#domain === null ? null : this.#domain.census()
  }

  /** Stops: closes the domain and its connections. The server can be started again. @returns {Promise<void>} */
  async close() {
    if (this.#domain === null) return
    this._trace('closes')
    const members = this.#members
    this.#domain.close()
    this.#domain = null
    this.#members = null
    await members.close()
  }
}

/** The clients of a server that has been started, as the engine reports them. */
class Members {
  #server
  #live = new Map()
  #closed = null

  /** @param {any} server */
  constructor(server) {
    this.#server = server
  }

  joined(socket, { name, id: uuid }) {
    const server = this.#server
    const member = { name, uuid, server: CLOSED_LISTENER, socket }
    socket.writeCommand = (command, data, callback) => server._send(member, encode(command, data), callback)
    this.#live.set(socket, member)
    // The name is free, and may be taken again, before this hears of the end of the one who had it.
    server._name_registry[name] = member
    server._uuid_registry[uuid] = { name, server: CLOSED_LISTENER, socket }
    server._trace('client', name, 'is there')
  }

  message(message, socket) {
    const server = this.#server
    const member = this.#live.get(socket)
    server._trace('gets', message.command, 'from', member.name)
    server._receive(message, member, (result, delivery) => {
      if (!socket.destroyed) server._send(member, encode(DELIVER, result, delivery))
    })
  }

  trouble(error) {
    this.#server._report(error)
  }

  failed(error, socket) {
    // What becomes of a connection is its client's business, unless this end could not go on with it.
    if (!String(error.code).startsWith('ERR_IPC_')) return
    this.#server._report(Object.assign(error, { client: this.#live.get(socket)?.name }))
  }

  closed(hadError, socket) {
    const server = this.#server
    const member = this.#live.get(socket)
    if (member === undefined) return
    this.#live.delete(socket)
    delete server._uuid_registry[member.uuid]
    if (server._name_registry[member.name] === member) delete server._name_registry[member.name]
    server._trace('client', member.name, 'has left')
    if (this.#live.size === 0 && this.#closed !== null) this.#closed()
  }

  /** @returns {Promise<void>} */
  close() {
    return new Promise((resolve) => {
      if (this.#live.size === 0) {
        resolve()
        return
      }
      this.#closed = resolve
      for (const socket of this.#live.keys()) socket.destroy()
    })
  }
}

module.exports = { IpcServer }
