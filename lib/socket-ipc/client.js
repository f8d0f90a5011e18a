'use strict'

const EventEmitter = require('node:events')

const engine = require('../engine')
const { JsonChannel, TranscodedChannel } = require('./channel')
const { NoServerError, SendAfterCloseError } = require('./errors')
const { checkSocketFile, delayRange } = require('./options')
const { CHUNKS, JSON_FRAMES, encode, stringify, write } = require('./wire')

/**
 * Connects to a server, again and again until it is closed.
 *
 * Events: `connect(socket) reconnect(socket) connectError(error) disconnect message(message, topic) message.<topic>(message)
 * error(error) closed close`.
 */
class Client extends EventEmitter {
  #transcoder
  /** Of the transcoder, for all connections; null: JSON. */
  #encoder
  #connectCalled = false
  #closeCalled = false
  #reconnects = false
  /** The attempt or the connection, until it has closed. */
  #connection = null
  #retry = null
  #attempt

  /** @param {{ socketFile: string, transcoder?: any, retryDelay?: any, reconnectDelay?: any }} options */
  constructor(options) {
    super()
    this._socketFile = checkSocketFile(options.socketFile)
    this.#transcoder = options.transcoder || null
    this.#encoder = this.#transcoder && this.#transcoder.createEncoder()
    this._retryDelay = delayRange(options.retryDelay, 1000, 1000)
    this._reconnectDelay = delayRange(options.reconnectDelay, 1000, 100)
    /** The connection that messages are sent to; null while there is none. @type {any} */
    this._socket = null
    this.#attempt = {
      opened: (connection) => this.#opened(connection),
      failed: (error, connection) => this.#failed(error, connection)
    }
  }

  /** Starts to connect: `connect`, or `connectError` for each attempt that fails, follows. */
  connect() {
    if (this.#connectCalled) throw new Error('ipc.Client.connect() already called.')
    this.#connectCalled = true
    if (!this.#closeCalled) this.#dial()
  }

  #dial() {
    const protocol = this.#transcoder ? CHUNKS : JSON_FRAMES
    this.#connection = engine.connect({ path: this._socketFile }, protocol, this.#attempt)
  }

  #failed(error, connection) {
    if (connection !== this.#connection) return
    this.#connection = null
    // Before the event: its handlers may call close() to give up.
    this.#wait(this._retryDelay)
    this.emit('connectError', error)
  }

  #opened(connection) {
    const forget = () => {
      if (this._socket === connection) this._socket = null
    }
    this._socket = connection
    const Channel = this.#transcoder ? TranscodedChannel : JsonChannel
    connection.receiver = new Channel(this, connection, forget, undefined, this.#transcoder)
    try {
      this.emit('connect', connection)
      if (this.#reconnects) this.emit('reconnect', connection)
    } finally {
      // After the handlers of `connect`, which are told of the end of their socket before the client tells it.
      connection.once('close', () => this.#closed())
    }
  }

  #closed() {
    this.#connection = null
    if (this.#closeCalled) {
      this.#announceClose()
      return
    }
    this.#reconnects = true
    this.#wait(this._reconnectDelay)
    this.emit('disconnect')
  }

  #wait(delay) {
    this.#retry ??= new engine.Retry(() => this.#dial())
    this.#retry.arm({ delay })
  }

  /**
   * Sends a message to the server.
   * @param {any} topic
   * @param {any} message
   */
  send(topic, message) {
    const connection = this.#recipient(topic, message)
    if (connection === null) return
    if (this.#encoder === null) {
      const text = stringify(this, topic, message)
      if (text !== undefined) connection.send(text)
      return
    }
    encode(this, this.#encoder, { topic, message }, (data) => {
      // The encoder may have taken long enough for the connection to be another one, or none.
      const recipient = this.#recipient(topic, message)
      if (recipient !== null) write(recipient, data)
    })
  }

  /** The connection to send to; if there is none, that is emitted. */
  #recipient(topic, message) {
    const connection = this._socket
    if (connection !== null && connection.writable && !this.#closeCalled) return connection
    const error = this.#closeCalled
      ? new SendAfterCloseError("Can not 'send()' after 'close()'.", message, topic)
      : new NoServerError('Can not send, no active server connection.', message, topic)
    this.emit('error', error)
    return null
  }

  /**
   * Closes the connection, or ends the attempts, for good. `closed` and `close` follow when the connection has closed; if there
   * is none, they are emitted at once.
   */
  close() {
    if (this.#closeCalled) return
    this.#closeCalled = true
    this.#retry?.cancel()
    const connection = this.#connection
    if (connection !== null && !connection.connecting) {
      connection.end()
      return
    }
    this.#connection = null
    connection?.destroy()
    this.#announceClose()
  }

  #announceClose() {
    try {
      this.emit('closed')
    } finally {
      this.emit('close')
    }
  }
}

module.exports = { Client }
