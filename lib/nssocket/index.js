'use strict'

// nssocket as 0.6 has it.
//
//   link        the connection of the moment under a socket, and the retries that replace it
//   transport   how messages are written and read
//   emitter     the events of eventemitter2 0.4

const tls = require('node:tls')
const { inherits } = require('node:util')
const { EventEmitter2 } = require('eventemitter2')
const { Listener, Retry } = require('../engine')
const { NameEmitter } = require('./emitter')
const { Link } = require('./link')
const { encode, protocol } = require('./transport')

const LONGEST = 2 ** 31 - 1 // ms; a timer of more would run out at once
const link = Symbol('link') // where an NsSocket keeps what is under it

/** A function and not a class: programs call it without `new`, and inherit from it with `util.inherits`. */
function NsSocket(socket, options) {
  if (!(this instanceof NsSocket)) return new NsSocket(socket, options)
  const wraps = options || (typeof socket?.write === 'function' && typeof socket.on === 'function')
  if (!wraps) [socket, options] = [undefined, socket]
  options = options || {}
  const interval = options.retryInterval || 5000
  this.socket = socket || unconnected()
  this.connected = Boolean(options.connected || (socket && socket.writable && socket.readable))
  this._reconnect = options.reconnect || false
  this.retry = { retries: 0, max: options.maxRetries || 10, interval, wait: interval }
  this._options = options
  this._type = options.type || 'tcp4'
  this._delimiter = options.delimiter || '::'
  this._encode = options.encode || JSON.stringify
  this._decode = options.decode || JSON.parse
  const maxListeners = options.maxListeners || 10
  EventEmitter2.call(this, { delimiter: this._delimiter, wildcard: true, maxListeners })
  this.setKeepAlive = (...args) => void this.socket.setKeepAlive(...args)
  Object.defineProperty(this, link, { value: new Link(this) })
  if (socket) this[link].wrap(socket)
}

inherits(NsSocket, NameEmitter)

Object.assign(NsSocket.prototype, {
  send(event, data, callback) {
    if (typeof data === 'function') callback = data
    if (typeof data === 'function' || data === undefined) data = null
    const { carrier } = this[link]
    if (!this.socket || !this.connected || !carrier) {
      return this.emit('error', new Error('NsSocket: sending on a bad socket'))
    }
    const message = encode(this, event, data)
    const done = typeof callback === 'function' ? callback : undefined
    if (ArrayBuffer.isView(message)) this.socket.write(Buffer.concat([message, Buffer.of(10)]), done)
    else carrier.send(String(message), done)
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
    const under = this[link]
    under.timer ??= new Retry(() => under.again())
    if (under.timer.armed) return
    const { factor = 10, max = LONGEST } = this._options.backoff ?? {}
    this.retry.wait = Math.min(this.retry.interval * factor ** this.retry.retries, max, LONGEST)
    under.timer.reset()
    under.timer.arm({ delay: this.retry.wait })
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
    try {
      if (this[link].carrier) this.socket?.end()
    } catch {
      // It is given up, whatever it says.
    }
    if (this[link].carrier) this.socket?.destroy()
    this.emit('destroy')
    this.removeAllListeners()
  }
})

for (const [shorthand, method] of Object.entries({ data: 'on', dataOnce: 'once', undata: 'off' })) {
  NsSocket.prototype[shorthand] = function (event, listener) {
    this[method](['data'].concat(typeof event === 'string' ? event.split(this._delimiter) : event), listener)
  }
}

/** The `socket` of who has not connected yet: what is asked of it is asked of the connection once there is one. */
function unconnected() {
  const asked = []
  const socket = { become: (real) => asked.forEach(([method, args]) => real[method](...args)) }
  const methods = 'on once off addListener removeListener setTimeout setNoDelay setKeepAlive ref unref'
  for (const method of methods.split(' ')) socket[method] = (...args) => asked.push([method, args]) && socket
  return socket
}

function createServer(options, listener) {
  if (typeof options === 'function' && !listener) [options, listener] = [{}, options]
  options = options || {}
  options.type = options.type || 'tcp4'
  options.delimiter = options.delimiter || '::'
  const accept = (socket) => {
    // Options of its own: nothing that is done to them reaches the others. Who accepts cannot connect again.
    const accepted = new NsSocket(socket, { ...options, reconnect: false })
    if (listener) listener(accepted)
  }
  if (options.type === 'tls') return tls.createServer(options, accept)
  return new Listener(protocol(options), { opened: accept, accepting: true })
}

module.exports = { NsSocket, createServer }
