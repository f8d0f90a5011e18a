'use strict'

const engine = require('../engine')
const { DISCOVER, ERROR, HANDSHAKE, NAME_TAKEN, encode } = require('./message')

const PROTOCOL = { framing: { mode: 'json-object' }, codec: 'json' }

/**
 * One attempt of a client to join its domain, and the two connections it has by that. Both end together. Its client is
 * told:
 *
 *     joined(session)   the private socket is there
 *     taken(session)    another client has the name; the session is over
 *     discovered(data)  an answer to `discover`
 *     message(message)  anything on the private socket
 *     over(session)     once, if it ends by itself
 */
class Session {
  /** The id of the private socket. @type {string | null} */
  uuid = null
  /** @type {any} */
  lobby
  /** @type {any} */
  socket = null
  #client
  #name
  #path
  #over = false
  #open = 1
  #closed = null

  /** @param {any} client @param {string} path @param {string} name */
  constructor(client, path, name) {
    this.#client = client
    this.#name = name
    this.#path = path
    this.lobby = engine.connect({ path }, PROTOCOL, {
      opened: (lobby) => lobby.send(encode(HANDSHAKE, name)),
      message: (message) => this.#answered(message),
      ended: () => this.#end(),
      closed: () => this.#end(this.#open--)
    })
  }

  #answered({ id, command, data }) {
    if (this.#over) return
    if (command === DISCOVER) {
      this.#client.discovered(data)
    } else if (
      command === HANDSHAKE &&
      this.socket === null &&
      id === String(this.#name) &&
      typeof data === 'string'
    ) {
      this.#enter(data)
    } else if (command === ERROR && data === NAME_TAKEN && this.socket === null) {
      this.#cut()
      this.#client.taken(this)
    }
  }

  #enter(uuid) {
    this.uuid = uuid
    this.#open++
    this.socket = engine.connect({ path: `${this.#path}.${uuid}` }, PROTOCOL, {
      opened: () => this.#over || this.#client.joined(this),
      message: (message) => this.#client.message(message, this),
      ended: () => this.#end(),
      closed: () => this.#end(this.#open--)
    })
  }

  #end() {
    const byItself = !this.#over
    this.#cut()
    if (byItself) this.#client.over(this)
    if (this.#open === 0 && this.#closed !== null) this.#closed()
  }

  #cut() {
    this.#over = true
    this.lobby.destroy()
    if (this.socket !== null) this.socket.destroy()
  }

  /** Ends both connections. @returns {Promise<void>} when they are closed */
  close() {
    this.#cut()
    return this.#open === 0 ? Promise.resolve() : new Promise((resolve) => (this.#closed = resolve))
  }
}

module.exports = { Session }
