'use strict'

const EventEmitter = require('node:events')
const { Envelope } = require('../engine')
const { EncodeError } = require('./errors')

const envelope = new Envelope('topic', 'message')
const framing = Object.freeze({ mode: 'delimiter', delimiter: '\0\0' })
const JSON_FRAMES = Object.freeze({ framing, codec: 'json', envelope })

/** With a transcoder of the user's, which finds the messages by itself. */
const CHUNKS = Object.freeze({ framing: { mode: 'raw' }, codec: 'bytes' })

/** What servers and clients have in common: the socket file, and how messages get onto the wire and off it. */
class Endpoint extends EventEmitter {
  #announced = false

  constructor({ socketFile, transcoder }) {
    super()
    // Node's `listen` and `connect` would take digits for a port.
    const flaw = !socketFile ? 'Is empty' : /^\d+$/.test(socketFile) ? 'Looks like a port' : null
    if (flaw !== null) throw new Error(`Invalid value for 'options.socketFile' (${socketFile}): ${flaw}`)
    this._socketFile = socketFile
    /** The user's; null: JSON. */
    this._transcoder = transcoder || null
    this._encoder = this._transcoder && this._transcoder.createEncoder()
    this._protocol = this._transcoder ? CHUNKS : JSON_FRAMES
  }

  send(topic, message, clientId) {
    const connection = this._recipient(topic, message, clientId)
    if (connection === undefined) return
    if (this._encoder !== null) {
      // The encoder may take its time, and the peer its leave: asked for again.
      this._encode(topic, message, (bytes) => this._recipient(topic, message, clientId)?.write(bytes))
      return
    }
    try {
      connection.sendEvent(envelope, topic, message)
    } catch (error) {
      this._unencodable(error, topic, message)
    }
  }

  /** @internal JSON has no form for the message. */
  _unencodable(error, topic, message) {
    const reason = `Failed to encode, caused by: ${error?.message ?? error}`
    this.emit('error', new EncodeError(reason, { topic, message }))
  }

  /** @internal Calls `send` with what the user's encoder makes of the message, possibly later. */
  _encode(topic, message, send) {
    this._encoder({ topic, message }, (error, data) => {
      if (error) this.emit('error', error)
      // null: this message is to be skipped.
      else if (data !== null) send(typeof data === 'string' ? Buffer.from(data) : data)
    })
  }

  /** @internal */
  _announceClose() {
    if (this.#announced) return
    this.#announced = true
    this.emit('closed')
    this.emit('close')
  }
}

module.exports = { Endpoint, envelope }
