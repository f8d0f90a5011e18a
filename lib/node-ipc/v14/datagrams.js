'use strict'

const { Datagrams: BaseDatagrams } = require('../datagrams')
const { IPCProtocolError } = require('./errors')
const { flaw } = require('./send')

/** The UDP side of a server. A peer that breaks the protocol is told of, and stays: there is nothing to close. */
class Datagrams extends BaseDatagrams {
  /**
   * @param {any} server
   * @param {import('../profile').Profile} profile
   * @param {import('./plan').Plan} plan
   */
  constructor(server, profile, plan) {
    super(server, profile)
    this.plan = plan
    this.logs = Boolean(server.config.logPayloads)
  }

  /** Frames are decoded by the parser: a datagram is small and whole, so there is nothing to gain before. */
  protocol() {
    const { parser, receives } = this.plan
    if (receives === 'raw' || receives === 'chunk') return { framing: { mode: 'raw' }, codec: 'bytes' }
    return { framing: { mode: 'delimiter', delimiter: parser.delimiter }, codec: 'text' }
  }

  /** @param {any} sender */
  datagram(sender) {
    const peer = super.datagram(sender)
    if (this.plan.parser.raw) delete peer.ipcBuffer
    return peer
  }

  /** @param {string} text @param {any} peer */
  message(text, peer) {
    this.attempt(() => this.receive(this.plan.parser.decode(text), peer))
  }

  /** @param {Buffer} chunk @param {any} peer */
  chunk(chunk, peer) {
    const { parser, receives } = this.plan
    if (receives === 'raw') {
      super.chunk(chunk, peer)
      return
    }
    const text = chunk.toString(parser.encoding || 'utf8')
    this.attempt(() => {
      peer.ipcBuffer = parser.read(peer.ipcBuffer ?? '', text, (/** @type {any} */ message) =>
        this.receive(message, peer)
      )
    })
  }

  /** @param {() => void} read */
  attempt(read) {
    try {
      read()
    } catch (error) {
      if (!(error instanceof IPCProtocolError)) throw error
      this.server.publish('error', error)
    }
  }

  /** @param {any} message @param {any} peer */
  receive(message, peer) {
    const error = flaw(message)
    if (error !== undefined) throw error
    const { type, data } = message
    if (this.copiesPeerId && typeof data === 'object' && data !== null && data.id) peer.id = data.id
    if (this.logs) this.server.log('received event of', peer.address, peer.port, ':', type, data)
    this.server.publish(type, data, peer)
  }
}

module.exports = { Datagrams }
