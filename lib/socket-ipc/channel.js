'use strict'

const { StringDecoder } = require('node:string_decoder')
const { DecodeError } = require('./errors')

/** The receiver of an established connection: what comes in is emitted by its owner, a server or a client. */
class Channel {
  /** Whether this side has given the connection up, for an error which was emitted then. */
  #over = false
  #strings = null
  /** The topic of the message before, and its event: most messages are about what the last one was about. */
  #topic
  #event = 'message.undefined'

  /** `forget` is called when the peer has ended, and when the connection has closed. `clientId`: on servers. */
  constructor(owner, connection, forget, clientId) {
    this.owner = owner
    this.connection = connection
    this.closed = forget
    this.clientId = clientId
    const transcoder = owner._transcoder
    // Whoever leaves it out gets what `setEncoding` makes of that, strings; null asks for bytes.
    const encoding = transcoder?.socketEncoding === null ? null : transcoder?.socketEncoding || 'utf8'
    if (encoding) connection.setEncoding(encoding)
    if (transcoder === null) return
    if (encoding) this.#strings = new StringDecoder(encoding)
    this.decode = transcoder.createDecoder()
    this.decoded = (error, wrappers) => this.#decoded(error, wrappers)
  }

  event(topic, message) {
    this.#deliver({ topic, message })
  }

  /** What is JSON, but not of our form. */
  message(value) {
    if (value === null) this.#undecodable('null is no message', 'null')
    else this.#deliver(value)
  }

  malformed(error, text) {
    let wrapper
    try {
      // A NUL too many after the frame before. There cannot be two: they would have ended a frame.
      if (text.startsWith('\0{')) wrapper = JSON.parse(text.slice(1))
    } catch (another) {
      error = another
    }
    if (wrapper === undefined) this.#undecodable(error.message, text)
    else this.#deliver(wrapper)
  }

  /** Bytes for the decoder of a user's transcoder, which finds the messages in them and may take its time. */
  chunk(bytes) {
    const chunk = this.#strings === null ? bytes : this.#strings.write(bytes)
    // Not even one whole character gives none.
    if (chunk.length > 0) this.decode(chunk, this.decoded)
  }

  #decoded(error, wrappers) {
    if (error && !this.#over) this.#fail(error)
    if (this.#over) return
    for (const wrapper of wrappers) {
      this.#deliver(wrapper)
      if (this.#over) return
    }
  }

  ended() {
    const rest = this.#strings?.end()
    if (rest) this.decode(rest, this.decoded)
    this.closed()
  }

  failed(error) {
    if (!this.#over) this.#report(error)
  }

  #deliver(wrapper) {
    const { owner, clientId } = this
    try {
      const { topic, message } = wrapper
      owner.emit('message', message, topic, clientId)
      if (topic !== this.#topic) {
        this.#event = `message.${topic}`
        this.#topic = topic
      }
      owner.emit(this.#event, message, clientId)
    } catch (error) {
      // A handler has thrown. That ends this connection, and no other.
      this.#end(error)
      owner.emit('error', error, clientId)
    }
  }

  #undecodable(reason, text) {
    this.#fail(new DecodeError(`Failed to decode, caused by: ${reason}`, text, this.clientId))
  }

  #fail(error) {
    this.#end(error)
    this.#report(error)
  }

  #end(error) {
    this.#over = true
    this.connection.destroy(error)
  }

  /** Emits an error that the peer has caused: with nobody to hear it, it ends the connection and not the process. */
  #report(error) {
    try {
      this.owner.emit('error', error, this.clientId)
    } catch (thrown) {
      if (this.owner.listenerCount('error') > 0) throw thrown
    }
  }
}

module.exports = { Channel }
