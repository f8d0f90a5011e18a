'use strict'

const EventEmitter = require('node:events')
const dns = require('node:dns')
const { isIP } = require('node:net')

const { checkPort } = require('./address')
const { addConnection, engine, guard, removeConnection, calls } = require('./crossing')
const { argumentTypeError, codedError, datagramError } = require('./errors')
const { addon } = require('./native-addon')
const { nativeProtocol } = require('./protocol')
const { kinds, syscalls } = require('./records')
const { bindShared, sharesDatagrams } = require('./shared-handle')

const sockets = new addon.Datagrams(engine)

/** What fits into one datagram, bytes, by the length fields of UDP and IP. */
const LONGEST = { udp4: 65507, udp6: 65527 }

const ANY = { udp4: '0.0.0.0', udp6: '::' }

/**
 * A socket for datagrams with the surface of `dgram.Socket`; what is in each datagram is framed natively, by itself.
 *
 * The receiver's methods get who has sent it, an object as the listeners of `message` of a `dgram.Socket` get:
 *   datagram(sender, socket)               before the frames of a datagram; may answer another object to stand for the sender
 *   message(value, sender, socket)         a frame
 *   malformed(error, text, sender, socket) codec json: a frame that is no JSON
 *   chunk(buffer, sender, socket)          framing raw: a datagram
 *
 * Events: `listening error close`; `message(buffer, sender)` with framing raw.
 */
class Datagram extends EventEmitter {
  #handle = 0
  /** In a cluster worker: the handle of Node's own that the workers share. */
  #shared = null
  #type
  #options
  #protocol
  #address = null
  #state = 'new'
  #referenced = true
  #sender = null
  /** The text of the last sender and what it says: most datagrams come in a row. */
  #known = ''
  #from = null
  /** Sends waiting for the socket to be bound. */
  #early = []

  /**
   * @param {'udp4' | 'udp6' | { type: 'udp4' | 'udp6', reuseAddr?: boolean, ipv6Only?: boolean, lookup?: Function }} options
   * @param {import('./protocol').Protocol} protocol
   * @param {object} receiver
   */
  constructor(options, protocol, receiver) {
    super()
    this.#options = typeof options === 'string' ? { type: options } : options
    this.#type = this.#options.type
    if (LONGEST[this.#type] === undefined) {
      const message = 'Bad socket type specified. Valid types are: udp4, udp6'
      throw codedError(TypeError, 'ERR_SOCKET_BAD_TYPE', message)
    }
    this.#protocol = protocol
    Object.defineProperty(this, 'receiver', { value: receiver, writable: true })
  }

  /** Whether `close` was called. */
  get closed() {
    return this.#state === 'closed'
  }

  get type() {
    return this.#type
  }

  /**
   * Binds, before it returns if `address` is an IP address; `listening` or `error` follows in the next tick.
   *
   * Workers of a cluster that bind to the same address share one socket, unless it is `exclusive`.
   *
   * @param {number | { port?: number, address?: string, exclusive?: boolean }} [port]
   * @param {string} [address]
   * @param {() => void} [callback] once, at `listening`
   */
  bind(port, address, callback, exclusive = false) {
    if (this.#state === 'closed') throw notRunning()
    if (this.#state !== 'new') {
      throw codedError(Error, 'ERR_SOCKET_ALREADY_BOUND', 'Socket is already bound')
    }
    if (typeof port === 'function') return this.bind(0, undefined, port)
    if (typeof address === 'function') return this.bind(port, undefined, address)
    if (port !== null && typeof port === 'object')
      return this.bind(port.port, port.address, address ?? callback, Boolean(port.exclusive))
    const number = checkPort(port ?? 0)
    if (typeof callback === 'function') this.once('listening', callback)
    this.#state = 'binding'
    this.#resolve(address || ANY[this.#type], (error, ip) => {
      if (this.#state !== 'binding') return
      if (error) this.#refused(error)
      else if (sharesDatagrams() && !exclusive) this.#share(ip, number)
      else this.#bind(ip, number)
    })
    return this
  }

  #share(ip, port) {
    bindShared(this, { ...this.#options, address: ip, port }, (errno, handle) => {
      if (this.#state !== 'binding') {
        handle?.close()
        return
      }
      if (errno) {
        this.#refused(datagramError(errno, 'bind', ip, port))
        return
      }
      this.#shared = handle
      this.#bound(sockets.adopt(nativeProtocol(this.#protocol), handle.fd), ip, port)
    })
  }

  #bind(ip, port) {
    const { ipv6Only = false, reuseAddr = false } = this.#options
    const endpoint = { ip, port, ipv6Only: Boolean(ipv6Only), reuseAddress: Boolean(reuseAddr) }
    this.#bound(sockets.bind(nativeProtocol(this.#protocol), endpoint), ip, port)
  }

  #bound(id, ip, port) {
    if (id <= 0) {
      this.#release()
      this.#refused(datagramError(id, 'bind', ip, port))
      return
    }
    this.#handle = id
    this.#state = 'bound'
    this.#address = { address: ip, family: this.#family, port: sockets.port(id) ?? port }
    addConnection(id, this)
    if (!this.#referenced) engine.setReferenced(id, false)
    process.nextTick(() => {
      if (this.#handle === id) this.emit('listening')
    })
    for (const send of this.#early.splice(0)) send()
  }

  #release() {
    this.#shared?.close()
    this.#shared = null
  }

  #refused(error) {
    this.#state = 'new'
    process.nextTick(() => this.emit('error', error))
  }

  get #family() {
    return this.#type === 'udp4' ? 'IPv4' : 'IPv6'
  }

  /** An IP address at once, a name later. */
  #resolve(host, callback) {
    if (isIP(host)) {
      callback(null, host)
      return
    }
    const find = this.#options.lookup || dns.lookup
    find(host, this.#type === 'udp4' ? 4 : 6, (error, ip) => callback(error, ip))
  }

  /**
   * Sends one datagram. Failures go to the callback, or else to `error`.
   *
   * @param {string | Uint8Array | DataView | Array} message
   * @param {...any} rest `[offset, length,] port[, address][, callback]`
   */
  send(message, ...rest) {
    let bytes = toBytes(message)
    if (typeof rest[1] === 'number') {
      const [offset, length] = rest.splice(0, 2)
      bytes = bytes.subarray(offset, offset + length)
    }
    const callback = typeof rest.at(-1) === 'function' ? rest.pop() : undefined
    const [port, address] = rest
    const number = checkPort(port)
    if (number === 0)
      throw codedError(RangeError, 'ERR_SOCKET_BAD_PORT', 'Port should be > 0 and < 65536. Received 0.')
    if (this.#state === 'closed') throw notRunning()
    const host = address || (this.#type === 'udp4' ? '127.0.0.1' : '::1')
    const done = (error) => {
      if (callback) process.nextTick(callback, error ?? null, error ? undefined : bytes.length)
      else if (error) process.nextTick(() => this.emit('error', error))
    }
    const limit = LONGEST[this.#type]
    if (bytes.length > limit) {
      const detail = `a datagram takes ${limit} bytes, this one has ${bytes.length}`
      done(datagramError('EMSGSIZE', 'send', host, number, detail, { limit, length: bytes.length }))
      return
    }
    // A name is resolved first, which takes a while; meanwhile the caller may use its buffer for something else.
    if (!isIP(host) || this.#state !== 'bound') bytes = Buffer.from(bytes)
    this.#resolve(host, (error, ip) => {
      if (error) done(Object.assign(error, { address: host, port: number }))
      else this.#whenBound(() => done(this.#leave(bytes, ip, number)))
    })
  }

  #whenBound(send) {
    if (this.#state === 'bound' || this.#state === 'closed') {
      send()
      return
    }
    this.#early.push(send)
    if (this.#state === 'new') this.bind({ port: 0, exclusive: true })
  }

  #leave(bytes, ip, port) {
    if (this.#state === 'closed') return notRunning()
    if ((isIP(ip) === 4) !== (this.#type === 'udp4')) return datagramError('EINVAL', 'send', ip, port)
    const errno = sockets.send(this.#handle, bytes, ip, port)
    return errno < 0 ? datagramError(errno, 'send', ip, port) : undefined
  }

  /** Closes; `close` follows in the next tick. */
  close(callback) {
    if (this.#state === 'closed') throw notRunning()
    if (typeof callback === 'function') this.once('close', callback)
    this.#state = 'closed'
    if (this.#handle !== 0) {
      sockets.close(this.#handle)
      removeConnection(this.#handle)
      this.#handle = 0
    }
    this.#release()
    this.#address = null
    process.nextTick(() => this.emit('close'))
    return this
  }

  [Symbol.asyncDispose]() {
    if (this.#state === 'closed') return Promise.resolve()
    return new Promise((resolve) => this.close(resolve))
  }

  /** `{ address, family, port }` of this end. */
  address() {
    if (this.#handle === 0) throw codedError(Error, 'EBADF', 'getsockname EBADF', { syscall: 'getsockname' })
    return { ...this.#address }
  }

  setBroadcast(on) {
    this.#set('broadcast', on ? 1 : 0, 'setBroadcast')
  }

  setTTL(ttl) {
    this.#set('ttl', ttl, 'setTTL')
    return ttl
  }

  setMulticastTTL(ttl) {
    this.#set('multicastTtl', ttl, 'setMulticastTTL')
    return ttl
  }

  setMulticastLoopback(on) {
    this.#set('multicastLoopback', on ? 1 : 0, 'setMulticastLoopback')
    return on
  }

  setRecvBufferSize(size) {
    this.#set('recvBuffer', size, 'uv_recv_buffer_size')
  }

  setSendBufferSize(size) {
    this.#set('sendBuffer', size, 'uv_send_buffer_size')
  }

  #set(setting, value, syscall) {
    if (typeof value !== 'number') throw argumentTypeError(syscall, 'of type number', value)
    this.#checkBound(syscall)
    const errno = sockets.set(this.#handle, setting, value)
    if (errno < 0) throw datagramError(errno, syscall)
  }

  addMembership(group, address) {
    this.#member(group, address, true, 'addMembership')
  }

  dropMembership(group, address) {
    this.#member(group, address, false, 'dropMembership')
  }

  #member(group, address, on, syscall) {
    if (!isIP(group)) throw datagramError('EINVAL', syscall)
    // As Node: a socket that is not bound yet listens to a group on any port.
    if (this.#state === 'new') this.bind({ port: 0, exclusive: true })
    this.#checkBound(syscall)
    const errno = sockets.setMembership(this.#handle, group, address, on)
    if (errno < 0) throw datagramError(errno, syscall)
  }

  #checkBound(syscall) {
    if (this.#state === 'closed') throw notRunning()
    if (this.#handle === 0) throw datagramError('EBADF', syscall)
  }

  ref() {
    return this.#refer(true)
  }

  unref() {
    return this.#refer(false)
  }

  #refer(on) {
    this.#referenced = on
    if (this.#handle !== 0) engine.setReferenced(this.#handle, on)
    return this
  }

  // ---- what the crossing reports ----

  /** @internal Some values of a batch. */
  _values(values, from, to) {
    for (let at = from; at < to && this.#handle !== 0; at++) this.#message(values[at])
  }

  #message(value) {
    const { receiver } = this
    if (receiver.message) guard(() => receiver.message(value, this.#sender, this))
  }

  /** @internal The value of one large frame. */
  _value(value) {
    if (this.#handle !== 0) this.#message(value)
  }

  /** @internal One frame as a string. */
  _text(text) {
    if (this.#handle === 0) return
    let value = text
    if (this.#protocol.codec === 'json') {
      try {
        value = JSON.parse(text)
      } catch (error) {
        const { receiver } = this
        guard(() => receiver.malformed?.(error, text, this.#sender, this))
        return
      }
    }
    this.#message(value)
  }

  /** @internal One frame as bytes; a datagram, if nothing frames it. */
  _bytes(buffer) {
    if (this.#handle === 0) return
    if (this.#protocol.framing.mode !== 'raw') {
      this.#message(buffer)
      return
    }
    const { receiver } = this
    const sender = this.#sender
    if (receiver.chunk) guard(() => receiver.chunk(buffer, sender, this))
    guard(() => this.emit('message', buffer, sender))
  }

  /** @internal Everything else. */
  _event(kind, a, b) {
    if (kind === kinds.DATAGRAM) {
      const text = calls.text(a)
      if (this.#handle !== 0) this.#datagram(text, b)
    } else if (kind === kinds.ERROR) {
      guard(this.emit, this, 'error', datagramError(-a, syscalls[b]))
    } else if (kind === kinds.PANICKED) {
      const error = codedError(Error, 'ERR_IPC_INTERNAL', 'the engine failed; this socket is closed')
      if (this.#handle !== 0) this.close()
      guard(this.emit, this, 'error', error)
    }
  }

  #datagram(text, size) {
    if (text !== this.#known) {
      const [address, port] = text.split(' ')
      this.#known = text
      this.#from = { address, family: this.#family, port: Number(port) }
    }
    const { address, family, port } = this.#from
    const sender = { address, family, port, size }
    this.#sender = sender
    const { receiver } = this
    if (receiver.datagram) guard(() => (this.#sender = receiver.datagram(sender, this) ?? sender))
  }
}

function toBytes(message) {
  if (typeof message === 'string') return Buffer.from(message)
  if (ArrayBuffer.isView(message)) {
    return Buffer.from(message.buffer, message.byteOffset, message.byteLength)
  }
  if (Array.isArray(message)) return Buffer.concat(message.map(toBytes))
  throw argumentTypeError(
    'buffer',
    'of type string or an instance of Buffer, TypedArray, or DataView',
    message
  )
}

function notRunning() {
  return codedError(Error, 'ERR_SOCKET_DGRAM_NOT_RUNNING', 'Not running')
}

exports.Datagram = Datagram
