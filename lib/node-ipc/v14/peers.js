'use strict'

const { Peers: BasePeers } = require('../peers')
const { IPCProtocolError, protocolError } = require('./errors')
const { Reader } = require('./reader')
const { flaw } = require('./send')

/** The connections a server has accepted. A peer that breaks the protocol is cut off. */
class Peers extends BasePeers {
  /**
   * @param {any} server
   * @param {import('../profile').Profile} profile
   * @param {import('./plan').Plan} plan
   */
  constructor(server, profile, plan) {
    super(server, profile)
    this.plan = plan
    this.logs = Boolean(server.config.logPayloads)
    /** @type {WeakMap<object, Reader>} */
    this.readers = new WeakMap()
  }

  /** @param {any} connection */
  opened(connection) {
    const { raw, encoding } = this.plan.parser
    if (!raw) connection.setEncoding(encoding || 'utf8')
    if (this.plan.receives === 'chunk') {
      const reader = new Reader(
        this.plan,
        (message) => this.message(message, connection),
        (violation) => this.violated(violation, connection)
      )
      this.readers.set(connection, reader)
    }
    super.opened(connection)
  }

  /** @param {any} value @param {any} connection */
  message(value, connection) {
    const message = this.plan.receives === 'text' ? this.decoded(value, connection) : value
    if (connection.destroyed) return
    const error = flaw(message)
    if (error !== undefined) {
      this.violated(error, connection)
      return
    }
    this.event(message.type, message.data, connection)
  }

  /** @param {string} type @param {any} data @param {any} connection */
  event(type, data, connection) {
    if (this.copiesPeerId && typeof data === 'object' && data !== null && data.id) connection.id = data.id
    if (this.logs) this.server.log('received event of', connection.id ?? 'a client', ':', type, data)
    this.server.publish(type, data, connection)
  }

  /** @param {string} text @param {any} connection */
  decoded(text, connection) {
    try {
      return this.plan.parser.decode(text)
    } catch (error) {
      if (!(error instanceof IPCProtocolError)) throw error
      this.violated(error, connection)
      return undefined
    }
  }

  /** @param {Error} error @param {string} text @param {any} connection */
  malformed(error, text, connection) {
    this.violated(protocolError('INVALID_JSON'), connection)
  }

  /** The engine takes nothing more. @param {string} name @param {any} connection */
  refused(name, connection) {
    this.violated(protocolError(name), connection)
  }

  /** @param {Buffer} chunk @param {any} connection */
  chunk(chunk, connection) {
    const reader = this.readers.get(connection)
    if (reader !== undefined) {
      reader.take(chunk)
      return
    }
    if (this.logs) this.server.log('received data of', connection.id ?? 'a client', ':', chunk)
    super.chunk(chunk, connection)
  }

  /** @param {Error} error @param {any} connection */
  violated(error, connection) {
    if (connection.destroyed) return
    connection.destroy()
    this.server.log('a client has broken the protocol', error)
    this.server.publish('error', error)
  }

  /** @param {boolean} hadError @param {any} connection */
  closed(hadError, connection) {
    this.readers.get(connection)?.close()
    // Who was sent away by `stop` has not disconnected.
    if (this.server.sockets.includes(connection)) super.closed(hadError, connection)
    else this.server.publish('close', this.profile.closeArgument(hadError, connection))
  }
}

module.exports = { Peers }
