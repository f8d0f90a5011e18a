'use strict'

const { shut } = require('../client')
const { envelope, payload } = require('../envelope')
const { Queue } = require('../queue')
const { Link } = require('./link')
const { planOf } = require('./plan')
const { PubSub } = require('./pubsub')
const { make, send } = require('./send')

/** `ipc.of[id]`: one end of a connection that is established again when it is lost. */
class Client extends PubSub {
  /** @type {import('../profile').Profile} */
  static profile

  #link
  #plan
  #sync
  #logs

  /**
   * @param {any} config the config of the instance
   * @param {(...args: unknown[]) => void} log
   */
  constructor(config, log) {
    super()
    const { profile } = new.target
    const plan = planOf(config)
    const sync = Boolean(config.sync)
    /** The connection; a new object for each attempt, false before the first. @type {any} */
    this.socket = false
    /** @type {number} */
    this.retriesRemaining = config.maxRetries || 0
    /** The retry that is on the clock, or false. @type {any} */
    this.retryTimer = false
    this.explicitlyDisconnected = false
    /** The peer has broken the protocol: there will be no retry. */
    this.protocolViolation = false
    /** The class itself, for programs which make clients of their own. */
    this.Client = new.target
    this.config = config
    this.log = log
    this.parser = plan.parser
    this.raw = Boolean(plan.parser.raw)
    this.encoding = plan.parser.encoding || 'utf8'
    this.queue = sync ? new Queue(config, profile) : null
    /** @type {any} */
    this.id = undefined
    /** The socket path, or the host if there is a port. @type {any} */
    this.path = undefined
    /** @type {any} */
    this.port = undefined
    this.#link = new Link(this, profile, plan)
    this.#plan = plan
    this.#sync = sync
    this.#logs = Boolean(config.logPayloads)
  }

  /** Connects to `path` and `port` unless there is a connection. @returns {any} the connection */
  connect() {
    return this.#link.connect()
  }

  /**
   * Sends an event; in raw mode `type` is what to send and `data` is ignored.
   * @param {any} type
   * @param {any} [data]
   * @returns {boolean} false if the sender should wait for `drain` of the socket, or if the event is lost
   */
  emit(type, data) {
    if (this.#logs) this.log('sending event to', this.id, ':', type, data)
    const queued = this.queue !== null && this.#sync
    if (this.#plan.plain && !queued) return this.socket.sendEvent(envelope, type, payload(data))
    const made = make(this.#plan, type, data)
    if (!queued) return this.#send(made)
    this.queue.add(() => this.#send(made))
    return true
  }

  /** @param {any} made */
  #send(made) {
    return send(this.socket, this.#plan, made, (error, socket) => this.#link.violated(error, socket))
  }

  [shut]() {
    this.#link.shut()
  }
}

/**
 * The class of the clients of a generation.
 * @param {import('../profile').Profile} profile
 */
function clientClass(profile) {
  const named = {
    Client: class extends Client {
      static profile = profile
    }
  }
  return named.Client
}

module.exports = { clientClass }
