'use strict'

const { PubSub } = require('./pubsub')
const { Queue } = require('./queue')
const { Link } = require('./link')
const { envelope } = require('./envelope')
const { rawBytes } = require('./raw')

/** For the code beside this file only: gives up the client and its connection for good. */
const shut = Symbol('shut')

/** `ipc.of[id]`: one end of a connection that is established again when it is lost. */
class Client extends PubSub {
  /** @type {import('./profile').Profile} */
  static profile

  #link
  #payload
  #reportsPressure

  /**
   * @param {any} config the config of the instance
   * @param {(...args: unknown[]) => void} log
   */
  constructor(config, log) {
    const { profile } = new.target
    super(profile)
    /** The class itself, for programs which make clients of their own. */
    this.Client = new.target
    this.config = config
    this.queue = new Queue(config, profile)
    /** The connection; a new object for each attempt, false before the first. @type {any} */
    this.socket = false
    this.log = log
    /** @type {number} */
    this.retriesRemaining = config.maxRetries || 0
    this.explicitlyDisconnected = false
    /** @type {any} */
    this.id = undefined
    /** The socket path, or the host if there is a port. @type {any} */
    this.path = undefined
    /** @type {any} */
    this.port = undefined
    this.#link = new Link(this, profile)
    this.#payload = profile.payload
    this.#reportsPressure = profile.reportsPressure
  }

  /** Connects to `path` and `port`, leaving a connection that exists. */
  connect() {
    this.#link.connect()
  }

  /**
   * Sends an event; in raw mode `type` is what to send and `data` is ignored.
   * @param {any} type
   * @param {any} [data]
   */
  emit(type, data) {
    const { config } = this
    if (config.rawBuffer || config.sync) return this.#emitOtherwise(type, data)
    const flowing = this.socket.sendEvent(envelope, type, this.#payload(data))
    return this.#reportsPressure ? flowing : undefined
  }

  /** @param {any} type @param {any} data */
  #emitOtherwise(type, data) {
    const { rawBuffer, encoding, sync } = this.config
    /** @type {() => boolean} */
    let send
    // Made now, also if it waits: what cannot be sent throws here, and what changes later was sent as it is now.
    if (rawBuffer) {
      const bytes = rawBytes(type, encoding)
      const kept = sync && bytes === type ? Buffer.from(bytes) : bytes
      send = () => this.socket.write(kept)
    } else {
      const text = envelope.stringify(type, this.#payload(data))
      send = () => this.socket.send(text)
    }
    if (sync) this.queue.add(send)
    const flowing = sync || send()
    return this.#reportsPressure ? flowing : undefined
  }

  [shut]() {
    this.#link.shut()
  }
}

/**
 * The class of the clients of one generation.
 * @param {import('./profile').Profile} profile
 */
function clientClass(profile) {
  const named = {
    Client: class extends Client {
      static profile = profile
    }
  }
  return named.Client
}

module.exports = { clientClass, shut }
