'use strict'

const EventEmitter = require('node:events')

const { settle } = require('../bursts')
const { engine } = require('../crossing')
const { argumentTypeError } = require('../errors')

/** The socket of a connection: its addresses and counters, its options, how long it may be idle. */
class Endpoint extends EventEmitter {
  #handle
  #encrypted
  #opened
  #closed = false
  #ends = null
  #traffic = null
  #referenced = true
  #timeout = 0
  #timer = null
  #seen = 0

  /**
   * @param {number} handle
   * @param {boolean} opened not still to be established
   * @param {boolean} encrypted TLS
   */
  constructor(handle, opened, encrypted) {
    super()
    this.#handle = handle
    this.#opened = opened
    this.#encrypted = encrypted
  }

  /** @internal What the engine knows it by. */
  get _number() {
    return this.#handle
  }

  /** @internal It is established. */
  _settle() {
    this.#opened = true
  }

  /** @internal The engine forgets it: what may still be asked for is kept. */
  _remember() {
    this.#traffic ??= this.#counters()
    this.#addresses()
  }

  /** @internal It is closed. */
  _retire() {
    this.#closed = true
    clearTimeout(this.#timer)
    this.#timer = null
  }

  get closed() {
    return this.#closed
  }

  /** Whether it is a TLS connection, from the start. */
  get encrypted() {
    return this.#encrypted
  }

  // ---- counters ----

  get writableLength() {
    return this.#counters().waiting
  }

  get bufferSize() {
    return this.writableLength
  }

  get bytesRead() {
    return this.#counters().read
  }

  get bytesWritten() {
    const { written, waiting } = this.#counters()
    return written + waiting
  }

  #counters() {
    if (this.#traffic !== null) return this.#traffic
    settle(this.#handle)
    return engine.traffic(this.#handle)
  }

  // ---- addresses ----

  #addresses() {
    if (this.#ends !== null) return this.#ends
    const ends = engine.ends(this.#handle)
    if (this.#opened) this.#ends = ends
    return ends
  }

  get remoteAddress() {
    return this.#addresses().remoteAddress
  }

  get remotePort() {
    return this.#addresses().remotePort
  }

  get remoteFamily() {
    return family(this.remoteAddress)
  }

  get localAddress() {
    return this.#addresses().localAddress
  }

  get localPort() {
    return this.#addresses().localPort
  }

  get localFamily() {
    return family(this.localAddress)
  }

  /** `{ address, family, port }` of this end; empty for a local socket. */
  address() {
    const { localAddress: address, localPort: port } = this.#addresses()
    return address === undefined ? {} : { address, family: family(address), port }
  }

  // ---- options ----

  setNoDelay(on = true) {
    this.#whenOpen(() => engine.setNoDelay(this.#handle, Boolean(on)))
    return this
  }

  setKeepAlive(on = false, delay = 0) {
    this.#whenOpen(() => engine.setKeepAlive(this.#handle, on ? Number(delay) || 0 : undefined))
    return this
  }

  #whenOpen(set) {
    if (this.#opened) set()
    else this.once(this.#encrypted ? 'secureConnect' : 'connect', set)
  }

  ref() {
    return this.#refer(true)
  }

  unref() {
    return this.#refer(false)
  }

  #refer(on) {
    if (this.#referenced !== on && !this.#closed) engine.setReferenced(this.#handle, on)
    this.#referenced = on
    return this
  }

  // ---- idleness ----

  /** Emits `timeout` after `ms` without traffic, each time; 0 stops. Like Node's, it does not hold the process alive. */
  setTimeout(ms, listener) {
    if (typeof ms !== 'number') throw argumentTypeError('msecs', 'of type number', ms)
    if (listener) {
      if (ms === 0) this.removeListener('timeout', listener)
      else this.once('timeout', listener)
    }
    clearTimeout(this.#timer)
    this.#timeout = ms
    this.#timer = null
    if (ms > 0 && !this.#closed) {
      this.#seen = this.#moved()
      this.#timer = setTimeout(() => this.#idle(), ms).unref()
    }
    return this
  }

  get timeout() {
    return this.#timeout
  }

  /** @internal Something has come. */
  _stir() {
    if (this.#timer !== null) this.#timer.refresh()
  }

  #moved() {
    const { read, written, waiting } = this.#counters()
    return read + written + waiting
  }

  #idle() {
    // Deno still calls a timer that was cleared in the turn it was due.
    if (this.#timer === null) return
    const moved = this.#moved()
    const idle = moved === this.#seen
    this.#seen = moved
    this.#timer.refresh()
    if (idle) this.emit('timeout')
  }
}

function family(address) {
  return address && (address.includes(':') ? 'IPv6' : 'IPv4')
}

exports.Endpoint = Endpoint
