'use strict'

const engine = require('../engine')
const { Datagrams } = require('./datagrams')
const { envelope } = require('./envelope')
const { PubSub } = require('./pubsub')
const { Peers } = require('./peers')
const { localPath } = require('./paths')
const { rawBytes } = require('./raw')
const { protocols, listen, listenAddress } = require('./transport')

/** `ipc.server`: listens, and publishes what its clients send. */
class Server extends PubSub {
  /** @type {import('./profile').Profile} */
  static profile

  #profile
  #protocols
  #peers
  #datagrams
  #payload

  /**
   * @param {string} path the socket path, or the host if there is a port
   * @param {any} config the config of the instance
   * @param {(...args: unknown[]) => void} log
   * @param {number} [port]
   */
  constructor(path, config, log, port) {
    const { profile } = new.target
    super(profile)
    this.config = config
    this.path = path
    this.port = port
    this.udp4 = false
    this.udp6 = false
    this.log = log
    /** The listener, or the socket for UDP; false before `start`. @type {any} */
    this.server = false
    /** The connections in the order they were accepted; for UDP the socket and the peers heard from. @type {any[]} */
    this.sockets = []
    this.#profile = profile
    this.#protocols = protocols(config, profile)
    this.#peers = new Peers(this, profile)
    this.#datagrams = new Datagrams(this, profile)
    this.#payload = profile.payload
  }

  /** Starts to listen. The address is bound on return; `start` or `error` is published later. */
  start() {
    const { config } = this
    if (!this.path) {
      this.log('a server without a path cannot start')
      return
    }
    // A listener that was forgotten would hold its address, and the process.
    if (this.server && !this.server.closed) this.server.close()
    if (this.port === undefined) this.path = localPath(this.path)
    this.log('starting server on', this.path, this.port ?? '')
    const protocol = config.rawBuffer ? this.#protocols.raw : this.#protocols.framed
    if (this.#isUdp) {
      this.#datagrams.open(protocol)
      return
    }
    const listener = listen(
      this,
      protocol,
      this.#peers,
      () => this.onStart(this.#profile.startArgument(listener)),
      (failure) => this.#failed(failure)
    )
    this.server = listener
    listener.listen(listenAddress(this))
  }

  /** Stops to listen. The connections there are keep working. */
  stop() {
    if (this.server) this.server.close()
  }

  /**
   * Sends an event to one client; in raw mode `type` is what to send and `data` is ignored.
   * @param {any} socket
   * @param {any} type
   * @param {any} [data]
   */
  emit(socket, type, data) {
    if (this.#isUdp) return this.#emitDatagram(socket, type, data)
    const { rawBuffer, encoding } = this.config
    const flowing = rawBuffer
      ? socket.write(rawBytes(type, encoding))
      : socket.sendEvent(envelope, type, this.#payload(data))
    return this.#profile.reportsPressure ? flowing : undefined
  }

  /**
   * Sends an event to every client; in raw mode `type` is what to send.
   * @param {any} type
   * @param {any} [data]
   */
  broadcast(type, data) {
    if (this.#isUdp) {
      this.#datagrams.broadcast(this.#datagram(type, data))
      return this.#profile.reportsPressure ? true : undefined
    }
    const { rawBuffer, encoding } = this.config
    const flowing = rawBuffer
      ? this.#broadcastBytes(rawBytes(type, encoding))
      : engine.broadcast(this.sockets, envelope.stringify(type, this.#payload(data)))
    return this.#profile.reportsPressure ? flowing : undefined
  }

  /** Publishes `start`. @param {any} socket */
  onStart(socket) {
    this.publish('start', socket)
  }

  get #isUdp() {
    return this.udp4 || this.udp6
  }

  /** Whoever has no address cannot be meant alone. @param {any} peer @param {any} type @param {any} data */
  #emitDatagram(peer, type, data) {
    if (!peer.address || !peer.port) return this.broadcast(type, data)
    this.#datagrams.send(this.#datagram(type, data), peer)
    return this.#profile.reportsPressure ? true : undefined
  }

  /** @param {any} type @param {any} data */
  #datagram(type, data) {
    const { rawBuffer, encoding } = this.config
    if (rawBuffer) return rawBytes(type, encoding)
    const text = envelope.stringify(type, this.#payload(data))
    return Buffer.from(text + this.#protocols.framed.framing.delimiter)
  }

  /** @param {Buffer} bytes */
  #broadcastBytes(bytes) {
    let flowing = true
    for (const socket of this.sockets) flowing = socket.write(bytes) && flowing
    return flowing
  }

  /** @param {Error} error */
  #failed(error) {
    this.log('the server on', this.path, 'has an error', error)
    this.publish('error', error)
  }
}

/**
 * The class of the servers of one generation.
 * @param {import('./profile').Profile} profile
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
