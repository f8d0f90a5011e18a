'use strict'

const { malformedMessage, nullMessage } = require('./malformed')

/** The connections a server has accepted: what happens on them is published by the server. */
class Peers {
  /**
   * @param {any} server
   * @param {import('./profile').Profile} profile
   */
  constructor(server, profile) {
    this.server = server
    this.profile = profile
    this.copiesPeerId = profile.copiesPeerId(server.config)
  }

  /** @param {any} connection */
  opened(connection) {
    const { server, profile } = this
    const { encoding } = server.config
    if (profile.decodesData && Buffer.isEncoding(encoding)) connection.setEncoding(encoding)
    server.sockets.push(connection)
    server.log('a client is connected to', server.path)
    server.publish('connect', connection)
  }

  /** @param {any} value @param {any} connection */
  message(value, connection) {
    if (value === null) {
      this.server.publish('error', nullMessage(), connection)
      return
    }
    this.event(value.type, value.data, connection)
  }

  /** @param {any} type @param {any} data @param {any} connection */
  event(type, data, connection) {
    if (this.copiesPeerId && typeof data === 'object' && data !== null && data.id) connection.id = data.id
    this.server.publish(type, data, connection)
  }

  /** @param {Error} error @param {string} text @param {any} connection */
  malformed(error, text, connection) {
    this.server.publish('error', malformedMessage(error, text), connection)
  }

  /** @param {Buffer} chunk @param {any} connection */
  chunk(chunk, connection) {
    this.server.publish('data', chunk, connection)
  }

  /** @param {Error} error */
  failed(error) {
    const { server } = this
    server.log('a connection has an error', error)
    server.publish('error', error)
  }

  /** @param {boolean} hadError @param {any} connection */
  closed(hadError, connection) {
    const { server, profile } = this
    const at = server.sockets.indexOf(connection)
    if (at !== -1) server.sockets.splice(at, 1)
    const id = connection.id || false
    server.log('client', id, 'is disconnected from', server.path)
    try {
      server.publish('socket.disconnected', connection, id)
    } finally {
      server.publish('close', profile.closeArgument(hadError, connection))
    }
  }
}

module.exports = { Peers }
