'use strict'

const { StringDecoder } = require('node:string_decoder')

const { DecodeError } = require('./errors')

/** The topic of the message before, and its event: most messages are about what the last one was about. */
let lastTopic
let lastEvent = 'message.undefined'

/** @param {any} topic from the peer; not always a string */
function eventOf(topic) {
  if (topic === lastTopic) return lastEvent
  const event = `message.${topic}`
  lastTopic = topic
  lastEvent = event
  return event
}

/** The receiving side of an established connection: what comes in is emitted by its owner, a server or a client. */
class Channel {
  /** Whether this side has given it up, for an error that was emitted then. */
  over = false

  /**
   * @param {import('node:events')} owner
   * @param {any} connection
   * @param {() => void} forget called when the peer has ended, and when the connection has closed
   * @param {string} [clientId] on servers
   */
  constructor(owner, connection, forget, clientId) {
    this.owner = owner
    this.connection = connection
    this.forget = forget
    this.clientId = clientId
  }

  /** @param {{ topic: any, message: any }} wrapper */
  deliver(wrapper) {
    const { owner, clientId } = this
    try {
      const { topic, message } = wrapper
      owner.emit('message', message, topic, clientId)
      owner.emit(eventOf(topic), message, clientId)
    } catch (error) {
      // A handler has thrown. That ends this connection, and no other.
      this.giveUp(error)
      owner.emit('error', error, clientId)
    }
  }

  /** @param {any} error what makes no sense to go on after */
  giveUp(error) {
    this.over = true
    this.connection.destroy(error)
  }

  /** Emits an error that the peer has caused: with nobody to hear it, it ends the connection and not the process. */
  report(error) {
    const { owner } = this
    try {
      owner.emit('error', error, this.clientId)
    } catch (thrown) {
      if (owner.listenerCount('error') > 0) throw thrown
    }
  }

  failed(error) {
    if (!this.over) this.report(error)
  }

  ended() {
    this.forget()
  }

  closed() {
    this.forget()
  }
}

/** Messages as the engine finds them. */
class JsonChannel extends Channel {
  constructor(owner, connection, forget, clientId) {
    super(owner, connection, forget, clientId)
    connection.setEncoding('utf8')
  }

  message(value) {
    if (value === null) this.undecodable('null is no message', 'null')
    else this.deliver(value)
  }

  malformed(error, text) {
    let { message } = error
    // The end of the frame before had one NUL too many. It cannot be two: they would have ended a frame.
    if (text.startsWith('\0{')) {
      let wrapper
      try {
        wrapper = JSON.parse(text.slice(1))
      } catch (another) {
        message = another.message
      }
      if (wrapper !== undefined) return this.deliver(wrapper)
    }
    this.undecodable(message, text)
  }

  undecodable(reason, text) {
    const error = new DecodeError(`Failed to decode, caused by: ${reason}`, text, this.clientId)
    this.giveUp(error)
    this.report(error)
  }
}

/** Messages as a decoder of the user's finds them. It may take its time, also beyond the end of the connection. */
class TranscodedChannel extends Channel {
  constructor(owner, connection, forget, clientId, transcoder) {
    super(owner, connection, forget, clientId)
    const { socketEncoding } = transcoder
    if (socketEncoding) connection.setEncoding(socketEncoding)
    this.strings = socketEncoding ? new StringDecoder(socketEncoding) : null
    this.decoder = transcoder.createDecoder()
    this.decoded = (error, wrappers) => this.take(error, wrappers)
  }

  chunk(bytes) {
    const chunk = this.strings === null ? bytes : this.strings.write(bytes)
    // Not even one whole character gives none.
    if (chunk.length > 0) this.decoder(chunk, this.decoded)
  }

  ended() {
    const rest = this.strings?.end()
    if (rest) this.decoder(rest, this.decoded)
    this.forget()
  }

  take(error, wrappers) {
    if (this.over) return
    if (error) {
      this.giveUp(error)
      this.report(error)
      return
    }
    for (const wrapper of wrappers) {
      this.deliver(wrapper)
      if (this.over) return
    }
  }
}

module.exports = { JsonChannel, TranscodedChannel }
