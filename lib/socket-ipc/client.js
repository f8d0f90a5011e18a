'use strict'

const engine = require('../engine')
const { Channel } = require('./channel')
const { Endpoint } = require('./endpoint')
const { NoServerError, SendAfterCloseError } = require('./errors')

/** The range in ms that each delay is chosen from. `missing` stands in for the members an object lacks. */
function range(option, missing) {
  const delay = option || 1000
  if (Number.isInteger(delay)) return { min: delay, max: delay }
  return { min: delay.min || missing, max: delay.max || missing }
}

class Client extends Endpoint {
  #connectCalled = false
  #closeCalled = false
  #reconnects = false
  /** The attempt or the connection, until it has closed. */
  #connection = null
  #retry = null

  constructor(options) {
    super(options)
    this._retryDelay = range(options.retryDelay, 1000)
    this._reconnectDelay = range(options.reconnectDelay, 100)
    /** The connection that messages are sent to, if there is one. */
    this._socket = null
  }

  connect() {
    if (this.#connectCalled) throw new Error('ipc.Client.connect() already called.')
    this.#connectCalled = true
    if (!this.#closeCalled) this.#dial()
  }

  #dial() {
    const opened = (connection) => this.#opened(connection)
    const failed = (error, connection) => this.#failed(error, connection)
    this.#connection = engine.connect({ path: this._socketFile }, this._protocol, { opened, failed })
  }

  #wait(delay) {
    this.#retry ??= new engine.Retry(() => this.#dial())
    this.#retry.arm({ delay })
  }

  #failed(error, connection) {
    if (connection !== this.#connection) return
    this.#connection = null
    // Before the event, so that its handlers can call `close()` to give up.
    this.#wait(this._retryDelay)
    this.emit('connectError', error)
  }

  #opened(connection) {
    this._socket = connection
    const forget = () => {
      if (this._socket === connection) this._socket = null
    }
    connection.receiver = new Channel(this, connection, forget)
    try {
      this.emit('connect', connection)
      if (this.#reconnects) this.emit('reconnect', connection)
    } finally {
      // After those handlers' own: they hear of the end of their socket before anybody hears `disconnect`.
      connection.once('close', () => this.#closed())
    }
  }

  #closed() {
    this.#connection = null
    if (this.#closeCalled) return this._announceClose()
    this.#reconnects = true
    this.#wait(this._reconnectDelay)
    this.emit('disconnect')
  }

  /** @internal The connection to send to. If there is none, that is emitted. */
  _recipient(topic, message) {
    if (this._socket?.writable && !this.#closeCalled) return this._socket
    const error = this.#closeCalled
      ? new SendAfterCloseError("Can not 'send()' after 'close()'.", message, topic)
      : new NoServerError('Can not send, no active server connection.', message, topic)
    this.emit('error', error)
    return undefined
  }

  close() {
    if (this.#closeCalled) return
    this.#closeCalled = true
    this.#retry?.cancel()
    if (this.#connection?.connecting === false) return void this.#connection.end()
    // Nothing to wait for. An attempt that is under way must not succeed any more.
    this.#connection?.destroy()
    this.#connection = null
    this._announceClose()
  }
}

module.exports = { Client }
