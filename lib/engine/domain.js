'use strict'

const { checkPath } = require('./address')
const { Connection } = require('./connection')
const { calls, engine, guard, listeners } = require('./crossing')
const { codedError, listenError, systemError } = require('./errors')
const { addon } = require('./native-addon')
const { nativeProtocol } = require('./protocol')
const { kinds } = require('./records')

/** As Node: connections the operating system keeps until they are accepted. */
const BACKLOG = 511

/**
 * A listener whose clients talk to each other without JavaScript. Its receiver is told of connections that belong to a
 * client by name, and gets the frames that are meant for the server's own handlers:
 *
 *     joined(connection, { name, id })   a client has come to its private socket
 *     trouble(error)                     messages were lost, or a client could not join; `error.client` is its name
 *
 * and everything a connection reports to its receiver (`message`, `failed`, `closed` …).
 */
class Domain {
  #protocol
  #receiver
  #native = new addon.Domain(engine)
  #handle = 0
  #path = ''
  #referenced = true

  /**
   * @param {import('./protocol').Protocol} protocol what its connections talk
   * @param {object} receiver see above
   */
  constructor(protocol, receiver) {
    this.#protocol = protocol
    this.#receiver = receiver
  }

  /**
   * Binds before it returns.
   *
   * @param {{ path: string, privatePath: string, exclusive?: boolean, echoBroadcast?: boolean, falsyAsNull?: boolean }} options
   *   `privatePath` is the beginning of the paths of private sockets
   * @throws what the operating system says, as `listen` of node:net reports it
   */
  open({ path, privatePath, exclusive = false, echoBroadcast = false, falsyAsNull = false }) {
    const id = this.#native.open(nativeProtocol(this.#protocol), {
      path: checkPath(path),
      privatePath,
      exclusive,
      echoBroadcast,
      falsyAsNull,
      backlog: BACKLOG
    })
    if (id < 0) throw listenError(id, path)
    this.#handle = id
    this.#path = path
    listeners.set(id, this)
    if (!this.#referenced) engine.setReferenced(id, false)
  }

  /** Closes everything but the connections that have been reported. */
  close() {
    if (this.#handle === 0) return
    this.#native.close()
    listeners.delete(this.#handle)
    this.#handle = 0
  }

  get listening() {
    return this.#handle !== 0
  }

  /** The names of the server's handlers, for clients that ask. @param {string[]} commands */
  setCommands(commands) {
    this.#native.setCommands(commands)
  }

  /** Sends one frame to a client, if there is one of that name. @param {string} name @param {string} text */
  emit(name, text) {
    calls.emit(this.#handle, name, text)
  }

  /** Sends one frame to all clients, except one. @param {string} text @param {string} [except] */
  broadcast(text, except) {
    calls.emitAll(this.#handle, except, text)
  }

  /** `{ clients, waiting, deliveries, held }`; null while it is closed. */
  census() {
    return this.#native.census()
  }

  ref() {
    return this.#refer(true)
  }

  unref() {
    return this.#refer(false)
  }

  #refer(on) {
    this.#referenced = on
    if (this.#handle !== 0) engine.setReferenced(this.#handle, on)
    return this
  }

  /** @internal */
  _event(kind, a, b) {
    const receiver = this.#receiver
    if (kind === kinds.JOINED) {
      const identity = this.#native.identity(a)
      const connection = new Connection(this.#protocol, receiver, a)
      if (receiver.joined) guard(receiver.joined, receiver, connection, identity)
    } else if (receiver.trouble) {
      guard(receiver.trouble, receiver, this.#trouble(kind, a, b))
    }
  }

  #trouble(kind, a, b) {
    if (kind === kinds.ACCEPT_FAILED) return systemError(-a, 'accept')
    if (kind === kinds.PANICKED) {
      this.close()
      return codedError(Error, 'ERR_IPC_INTERNAL', `the engine failed; ${this.#path} is closed`)
    }
    const client = calls.text(a)
    if (b < 0) return Object.assign(listenError(b, 'a private socket'), { client })
    if (b === 0) {
      return codedError(Error, 'ERR_IPC_FRAME_TOO_LARGE', `client "${client}" has sent too large a frame`, {
        client
      })
    }
    const message = `client "${client}" does not keep up: ${b} messages to it are lost`
    return codedError(Error, 'ERR_IPC_OUTBOX_FULL', message, { client, lost: b })
  }
}

exports.Domain = Domain
