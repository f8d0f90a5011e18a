'use strict'

const engine = require('../engine')
const { malformedMessage, nullMessage } = require('./malformed')

/**
 * The UDP side of a server: one socket for everybody, and the peers heard from, who are what connections are elsewhere.
 * A peer is the same object as long as it is remembered.
 */
class Datagrams {
  /** By address and port, the one heard from longest ago first. @type {Map<string, { peer: any, heard: number }>} */
  #peers = new Map()

  /**
   * @param {any} server
   * @param {import('./profile').Profile} profile
   */
  constructor(server, profile) {
    this.server = server
    this.profile = profile
    this.copiesPeerId = profile.copiesPeerId(server.config)
  }

  /**
   * Opens the socket; it is bound on return, unless a host name has to be looked up.
   * @param {import('../engine/protocol').Protocol} protocol
   */
  open(protocol) {
    const { server, profile } = this
    const { path: address, port } = server
    this.#peers.clear()
    server.sockets.length = 0
    const socket = new engine.Datagram(server.udp4 ? 'udp4' : 'udp6', protocol, this)
    server.server = socket
    const isCurrent = () => server.server === socket
    const connected = () => {
      server.sockets.unshift(socket)
      server.publish('connect', socket)
    }
    socket.on('error', (/** @type {Error} */ error) => this.#failed(error))
    socket.on('listening', () => {
      if (!isCurrent()) return
      connected()
      if (!profile.startsBeforeBound) server.onStart(profile.startArgument(socket))
    })
    socket.on('close', () => isCurrent() && this.#closed(socket))
    socket.bind(port, address)
    if (profile.startsBeforeBound) server.onStart({ address, port })
  }

  /**
   * Sends bytes to a peer, or to anything else that has an address and a port.
   * @param {Buffer} bytes @param {any} peer
   */
  send(bytes, peer) {
    this.server.server.send(bytes, peer.port, peer.address, (/** @type {Error | null} */ error) => {
      if (error) this.#failed(error)
    })
  }

  /** Sends bytes to every peer heard from. @param {Buffer} bytes */
  broadcast(bytes) {
    this.#forget()
    for (const { peer } of this.#peers.values()) this.send(bytes, peer)
  }

  // ---- what the engine reports ----

  /** Whoever is heard is a peer from then on. @param {any} sender */
  datagram(sender) {
    const { sockets, config } = this.server
    this.#forget()
    const key = `${sender.address} ${sender.port}`
    const known = this.#peers.get(key)
    const peer = known === undefined ? sender : known.peer
    if (known === undefined) sockets.push(peer)
    else this.#peers.delete(key)
    this.#peers.set(key, { peer, heard: Date.now() })
    peer.size = sender.size
    if (!config.rawBuffer) peer.ipcBuffer = ''
    return peer
  }

  /** @param {any} value @param {any} peer */
  message(value, peer) {
    if (value === null) {
      this.server.publish('error', nullMessage(), peer)
      return
    }
    const { data } = value
    if (this.copiesPeerId && typeof data === 'object' && data !== null && data.id) peer.id = data.id
    this.server.publish(value.type, data, peer)
  }

  /** @param {Error} error @param {string} text @param {any} peer */
  malformed(error, text, peer) {
    this.server.publish('error', malformedMessage(error, text), peer)
  }

  /** @param {Buffer} chunk @param {any} peer */
  chunk(chunk, peer) {
    this.server.publish('data', chunk, peer)
  }

  /** Those not heard from for too long, if the program has said how long that is. */
  #forget() {
    const { config, sockets } = this.server
    if (!(config.peerTimeout > 0)) return
    const oldest = Date.now() - config.peerTimeout
    for (const [key, { peer, heard }] of this.#peers) {
      if (heard > oldest) return
      this.#peers.delete(key)
      sockets.splice(sockets.indexOf(peer), 1)
    }
  }

  /** @param {Error} error */
  #failed(error) {
    const { server } = this
    server.log('the server on', server.path, 'has an error', error)
    server.publish('error', error)
  }

  /** @param {any} socket */
  #closed(socket) {
    const { server, profile } = this
    this.#peers.clear()
    server.sockets.length = 0
    if (!profile.announcesUdpClose) return
    try {
      server.publish('socket.disconnected', socket, socket.id || false)
    } finally {
      server.publish('close', undefined)
    }
  }
}

module.exports = { Datagrams }
