'use strict'

const engine = require('../../engine')
const { envelope, payload } = require('../envelope')
const { localPath } = require('../paths')
const { listen, listenAddress } = require('../transport')
const { assureServer } = require('./assurance')
const { Datagrams } = require('./datagrams')
const { Peers } = require('./peers')
const { checkPlace, prepareRoot } = require('./places')
const { planOf } = require('./plan')
const { PubSub } = require('./pubsub')
const { secured } = require('./secure')
const { make, send } = require('./send')

/** `ipc.server`: listens, and publishes what its clients send. */
class Server extends PubSub {
  /** @type {import('../profile').Profile} */
  static profile

  #profile
  #plan
  #peers
  #datagrams
  #logs

  /**
   * @param {string} path the socket path, or the host if there is a port
   * @param {any} config the config of the instance
   * @param {(...args: unknown[]) => void} log
   * @param {number} [port]
   */
  constructor(path, config, log, port) {
    super()
    const { profile } = new.target
    const plan = planOf(config)
    this.udp4 = false
    this.udp6 = false
    /** The listener; false before `start`. @type {any} */
    this.server = false
    /** The connections in the order they were accepted. @type {any[]} */
    this.sockets = []
    this.config = config
    this.path = path
    this.port = port
    this.log = log
    this.parser = plan.parser
    this.raw = Boolean(plan.parser.raw)
    this.encoding = plan.parser.encoding || 'utf8'
    this.#profile = profile
    this.#plan = plan
    this.#peers = new Peers(this, profile, plan)
    this.#datagrams = new Datagrams(this, profile, plan)
    this.#logs = Boolean(config.logPayloads)
  }

  /**
   * Starts to listen. The address is bound on return; `start` or `error` is published later.
   * @throws what makes the place unfit for it: ERR_IPC_SOCKET_ROOT, ERR_IPC_UNLINK_NOT_SOCKET, ERR_IPC_ASSURED_TRANSPORT …
   */
  start() {
    if (!this.path) {
      this.log('a server without a path cannot start')
      return
    }
    assureServer(this)
    if (this.port === undefined) this.#occupy()
    const { path, port, config } = this
    const address = this.#isUdp
      ? null
      : listenAddress({ path, port, config: port === undefined ? config : secured(config, true) })
    // A listener that was forgotten would hold its address, and the process.
    if (this.server && !this.server.closed) this.server.close()
    this.log('starting server on', this.path, this.port ?? '')
    if (address === null) {
      this.#datagrams.open(this.#datagrams.protocol())
      return
    }
    const listener = listen(
      this,
      this.#plan.protocol,
      this.#peers,
      () => this.onStart(this.#profile.startArgument(listener)),
      (failure) => this.#failed(failure)
    )
    this.server = listener
    listener.listen(address)
  }

  #occupy() {
    const { config } = this
    if (process.platform !== 'win32') {
      prepareRoot(config, this.path)
      if (config.unlink) checkPlace(this.path)
    }
    this.path = localPath(this.path)
  }

  /** Stops to listen, and closes the connections there are. */
  stop() {
    // No longer in `sockets`, so that nobody is said to have disconnected.
    const sockets = this.sockets.splice(0)
    if (!this.#isUdp) for (const socket of sockets) socket.destroy()
    if (this.server) this.server.close()
  }

  /**
   * Sends an event to one client; in raw mode `type` is what to send and `data` is ignored.
   * @param {any} socket
   * @param {any} type
   * @param {any} [data]
   * @returns {boolean} false if the sender should wait for `drain` of the socket, or if the event is lost
   */
  emit(socket, type, data) {
    if (this.#logs) this.log('sending event to', socket.id ?? 'a client', ':', type, data)
    if (this.#plan.plain && !this.#isUdp) return socket.sendEvent(envelope, type, payload(data))
    const made = make(this.#plan, type, data)
    if (!this.#isUdp) return this.#send(socket, made)
    // Whoever has no address cannot be meant alone.
    if (socket.address && socket.port) this.#datagrams.send(this.#datagram(made), socket)
    else this.#datagrams.broadcast(this.#datagram(made))
    return true
  }

  /**
   * Sends an event to every client; in raw mode `type` is what to send.
   * @param {any} type
   * @param {any} [data]
   * @returns {boolean} false if one of them asks for a pause
   */
  broadcast(type, data) {
    if (this.#logs) this.log('sending event to all clients:', type, data)
    const made = make(this.#plan, type, data)
    if (this.#isUdp) {
      this.#datagrams.broadcast(this.#datagram(made))
      return true
    }
    if (this.#plan.frame !== null && !this.#plan.guarded) return engine.broadcast(this.sockets, made)
    let flowing = true
    // A copy: whoever has too much waiting is taken away.
    for (const socket of [...this.sockets]) flowing = this.#send(socket, made) && flowing
    return flowing
  }

  /** Publishes `start`. @param {any} socket */
  onStart(socket) {
    this.publish('start', socket)
  }

  get #isUdp() {
    return this.udp4 || this.udp6
  }

  /** @param {any} made @returns {Buffer} */
  #datagram(made) {
    return Buffer.from(this.#plan.frame === null ? made : made + this.parser.delimiter)
  }

  /** @param {any} socket @param {any} made */
  #send(socket, made) {
    return send(socket, this.#plan, made, (error, to) => this.#peers.violated(error, to))
  }

  /** @param {Error} error */
  #failed(error) {
    this.log('the server on', this.path, 'has an error', error)
    this.publish('error', error)
  }
}

/**
 * The class of the servers of a generation.
 * @param {import('../profile').Profile} profile
 */
function serverClass(profile) {
  const named = {
    Server: class extends Server {
      static profile = profile
    }
  }
  return named.Server
}

module.exports = { serverClass }
