'use strict'

const { inherits } = require('node:util')
const { EventEmitter2 } = require('eventemitter2')
const { NameEmitter } = require('./emitter')
const { Link } = require('./link')

/** Where an NsSocket keeps what is under it. */
const link = Symbol('link')

/** The `socket` of who has not connected yet: what is asked of it is asked of the connection once there is one. */
class Unconnected {
  asked = []

  become(socket) {
    for (const [method, args] of this.asked) socket[method](...args)
  }

  static {
    const methods =
      'on once off addListener removeListener setTimeout setNoDelay setKeepAlive setEncoding ref unref'
    for (const method of methods.split(' ')) {
      this.prototype[method] = function (...args) {
        this.asked.push([method, args])
        return this
      }
    }
  }
}

/** A function and not a class: programs call it without `new`, and inherit from it with `util.inherits`. */
function NsSocket(socket, options) {
  if (!(this instanceof NsSocket)) return new NsSocket(socket, options)
  const wraps = options || (typeof socket?.write === 'function' && typeof socket.on === 'function')
  if (!wraps) [socket, options] = [undefined, socket]
  options = options || {}
  const { retryInterval: interval = 0, maxRetries, maxListeners } = options
  this.socket = socket || new Unconnected()
  this.connected = Boolean(options.connected || (socket && socket.writable && socket.readable))
  this._reconnect = options.reconnect || false
  this.retry = { retries: 0, max: maxRetries || 10, interval: interval || 5000, wait: interval || 5000 }
  this._options = options
  this._type = options.type || 'tcp4'
  this._delimiter = options.delimiter || '::'
  this._encode = options.encode || JSON.stringify
  this._decode = options.decode || JSON.parse
  const events = { delimiter: this._delimiter, wildcard: true, maxListeners: maxListeners || 10 }
  EventEmitter2.call(this, events)
  this.removeAllListeners()
  checkType(this._type)
  this.setKeepAlive = (...args) => void this.socket.setKeepAlive(...args)
  Object.defineProperty(this, link, { value: new Link(this) })
  if (socket) this[link].wrap(socket)
}

inherits(NsSocket, NameEmitter)

Object.assign(NsSocket.prototype, {
  send(event, data, callback) {
    if (typeof event === 'string') event = event.includes(this._delimiter) ? event.split(this._delimiter) : [event]
    if (typeof data === 'function') callback = data
    if (typeof data === 'function' || data === undefined) data = null
    if (!this.socket || !this.connected || !this[link].carrier) {
      return this.emit('error', new Error('NsSocket: sending on a bad socket'))
    }
    // `concat` takes an array apart: so it goes over the wire, and peers rely on it.
    const message = Array.isArray(data) && !this._options.nestArrays ? [...event, ...data] : [...event, data]
    this[link].send(this._encode(message), callback)
  },

  setIdle(time) {
    this.socket.setTimeout(time)
    this._timeout = time
  },

  /** Arguments are told apart by their type. Without any port the string is a local path. */
  connect(...args) {
    const given = { number: this.port, string: this.host || '127.0.0.1', function: undefined }
    for (const arg of args) {
      if (!((typeof arg) in given)) this.emit('error', new Error('bad argument to connect'))
      else if (arg) given[typeof arg] = arg
    }
    this.port = given.number
    this.host = given.string
    if (!this.socket) throw new TypeError('NsSocket: cannot connect after end()')
    this.connected = true
    this[link].connect(given.function)
  },

  reconnect() {
    this[link].reconnect()
  },

  end() {
    this.connected = false
    this[link].stop()
    try {
      if (this.socket && this[link].carrier) this.socket.end()
      this.socket = null
    } catch (error) {
      this.emit('error', error)
    }
  },

  destroy() {
    this[link].stop()
    const socket = this[link].carrier && this.socket
    try {
      if (socket) socket.end()
    } finally {
      if (socket) socket.destroy()
      this.emit('destroy')
      this.removeAllListeners()
    }
  }
})

for (const [shorthand, method] of Object.entries({ data: 'on', dataOnce: 'once', undata: 'off' })) {
  NsSocket.prototype[shorthand] = function (event, listener) {
    this[method](['data'].concat(typeof event === 'string' ? event.split(this._delimiter) : event), listener)
  }
}

function checkType(type) {
  if (type !== 'tcp4' && type !== 'tls') throw new Error('Bad Option Argument [type]')
}

module.exports = { NsSocket, checkType }
