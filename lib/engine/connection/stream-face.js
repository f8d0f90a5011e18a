'use strict'

const { Duplex } = require('node:stream')

/** A connection as a Duplex, made when somebody pipes or iterates it: idle connections do not pay for stream state. */
class StreamFace extends Duplex {
  #connection

  constructor(connection) {
    super({ allowHalfOpen: true, emitClose: false, encoding: connection.readableEncoding })
    this.#connection = connection
    connection.on('data', (data) => this.push(data) || connection.pause())
    connection.on('end', () => this.push(null))
    connection.on('close', () => this.destroy(connection.errored ?? undefined))
    // Whoever iterates gets the error from the iterator; the connection itself reports it to its own listeners.
    this.on('error', () => {})
  }

  _read() {
    this.#connection.resume()
  }

  _write(chunk, encoding, callback) {
    this.#connection.write(chunk, encoding, callback)
  }

  _final(callback) {
    this.#connection.end(callback)
  }

  _destroy(error, callback) {
    this.#connection.destroy(error ?? undefined)
    callback(error)
  }
}

exports.StreamFace = StreamFace
