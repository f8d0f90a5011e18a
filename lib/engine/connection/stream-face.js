'use strict'

const { Duplex } = require('node:stream')

/** A connection as a Duplex, made when somebody pipes or iterates it: idle connections do not pay for stream state. */
class StreamFace extends Duplex {
  #connection

  constructor(connection) {
    super({ allowHalfOpen: true, encoding: connection.readableEncoding })
    this.#connection = connection
    // With its encoding: a string would be taken for UTF-8 and encoded once more.
    connection.on(
      'data',
      (data) => this.push(data, connection.readableEncoding ?? undefined) || connection.pause()
    )
    connection.on('end', () => this.push(null))
    connection.on('close', () => {
      // What was read may still wait for a slow reader, who hears of the end behind it, whatever failed after that.
      if (!connection.readableEnded) this.destroy(connection.errored ?? undefined)
    })
    // Whoever iterates gets the error from the iterator; the connection itself reports it to its own listeners.
    this.on('error', () => {})
    // Of what is over already there will be no event.
    if (connection.readableEnded) this.push(null)
    if (connection.closed) this.destroy()
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
