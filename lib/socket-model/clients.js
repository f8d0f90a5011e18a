'use strict'

const engine = require('../engine')
const { Lines, lineProtocol, number } = require('./lines')

/** The connections of a server, in the order they were accepted, and what happens to them. */
class Clients extends Lines {
  /** Always the same array: programs keep it. @type {any[]} */
  list = []
  #log

  /**
   * @param {{ reader: any, log: any }} options
   * @param {string} separator
   */
  constructor({ reader, log }, separator) {
    super(reader, separator)
    this.#log = log
    this.protocol = lineProtocol(separator)
  }

  /** @param {any} connection the listener's, or a stream of the user's own */
  add(connection) {
    number(connection)
    this.list.push(connection)
    if (connection instanceof engine.Connection) {
      connection.setEncoding('utf8')
      connection.receiver = this
      connection.resume()
    } else {
      this.#frame(connection)
    }
  }

  /** @param {any} stream */
  #frame(stream) {
    new engine.Foreign(stream, this.protocol, {
      message: (/** @type {string} */ line) => this.message(line, stream),
      ended: () => this.ended(stream),
      failed: (/** @type {Error} */ error) => this.failed(error, stream),
      closed: (/** @type {boolean} */ hadError) => this.closed(hadError, stream)
    })
  }

  /** @param {any} connection */
  ended(connection) {
    try {
      this.settle()
    } finally {
      this.#log.info('end the connection for id: ', connection.id)
      connection.end()
      this.#remove(connection)
    }
  }

  /** @param {Error} error @param {any} connection */
  failed(error, connection) {
    this.#log.error(error)
    connection.end()
  }

  /** @param {boolean} hadError @param {any} connection */
  closed(hadError, connection) {
    try {
      this.settle()
    } finally {
      this.#remove(connection)
    }
  }

  /** @param {any} connection */
  #remove(connection) {
    const at = this.list.indexOf(connection)
    if (at !== -1) this.list.splice(at, 1)
  }
}

module.exports = { Clients }
