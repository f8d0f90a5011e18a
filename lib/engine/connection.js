'use strict'

const EventEmitter = require('node:events')
const { StringDecoder } = require('node:string_decoder')

const { addConnection, calls, engine, guard, removeConnection } = require('./crossing')
const { argumentTypeError, codedError, connectError, connectErrors, systemError } = require('./errors')
const { nativeProtocol } = require('./protocol')
const { kinds, refusals, sent, syscalls } = require('./records')
const { StreamFace } = require('./stream-face')
const { Session, tlsError } = require('./tls')

const EMPTY = new Uint8Array(0)

/** Counters and ends of a connection that the native side has forgotten. */
const NOTHING = { read: 0, written: 0, waiting: 0 }

/**
 * One established stream, or the attempt to establish it: what `net.Socket` is to node's own modules. It has the surface
 * of that class as far as IPC programs use it; what only few need (`pipe`, async iteration …) is made when first asked for.
 *
 * Events: `connect ready data end close(hadError) error drain timeout finish`; by TLS `secureConnect` besides, `connect`
 * being told before the handshake, as of a `tls.TLSSocket`. Unlike a `net.Socket` it does not throw for
 * an `error` without a listener: the dialect has been told already.
 */
class Connection extends EventEmitter {
  #handle
  #protocol
  #connecting
  #opened
  #destroyed = false
  #ended = false
  #peerEnded = false
  #closed = false
  #reason = null
  /** Callbacks of writes that have not left, in order. */
  #pending = null
  /** Frames received while paused. */
  #held = null
  #paused = false
  #decoder = null
  #tapped = false
  #face = null
  #ends = null
  #traffic = null
  #referenced = true
  #timeout = 0
  #timer = null
  #seen = 0
  #errors = null
  #target = null
  #encrypted
  /** What the TLS handshake brought. */
  #session = null

  /**
   * @param {import('./protocol').Protocol} protocol
   * @param {object} receiver the dialect's side; see lib/engine/README.md
   * @param {number} [handle] of an established connection; none: one that is to be dialled
   * @param {boolean} [encrypted] TLS
   */
  constructor(protocol, receiver, handle, encrypted = false) {
    super()
    /** The dialect's side. Its methods are called before the event of the same moment is emitted. */
    Object.defineProperty(this, 'receiver', { value: receiver, writable: true })
    this.#protocol = protocol
    this.#encrypted = encrypted
    this.#connecting = handle === undefined
    this.#opened = !this.#connecting
    this.#handle = handle ?? engine.connection(nativeProtocol(protocol))
    addConnection(this.#handle, this)
  }

  // ---- sending ----

  /**
   * Sends one frame: `text` and what ends a frame.
   *
   * @param {string} text
   * @param {(error?: Error) => void} [callback] when the operating system has taken it
   * @returns {boolean} false if the sender should wait for `drain`, or if the connection is gone and the frame is lost
   * @throws ERR_IPC_OUTBOX_FULL over the protocol's `maxOutboxBytes`
   */
  send(text, callback) {
    if (this.#ended || this.#destroyed) return this.#refuse(callback)
    if (callback !== undefined) return this.#taken(calls.sendTracked(this.#handle, text), callback)
    const outcome = calls.send(this.#handle, text)
    return outcome === undefined || this.#taken(outcome)
  }

  /**
   * Sends bytes as they are, like `net.Socket`.
   *
   * @param {string | Uint8Array | DataView} chunk
   * @param {BufferEncoding | ((error?: Error) => void)} [encoding] of a string; default utf8
   * @param {(error?: Error) => void} [callback] when the operating system has taken it
   * @returns {boolean} false if the sender should wait for `drain`
   */
  write(chunk, encoding, callback) {
    if (typeof encoding === 'function') return this.write(chunk, undefined, encoding)
    const bytes = toBytes(chunk, encoding)
    if (this.#ended && !this.#destroyed) {
      const error = codedError(Error, 'ERR_STREAM_WRITE_AFTER_END', 'write after end')
      if (callback) process.nextTick(callback, error)
      this.destroy(error)
      return false
    }
    if (this.#destroyed) return this.#refuse(callback)
    return this.#taken(calls.write(this.#handle, bytes, callback !== undefined), callback)
  }

  #refuse(callback) {
    if (callback) process.nextTick(callback, streamDestroyed())
    return false
  }

  #taken(outcome, callback) {
    if (outcome === sent.FULL) {
      const limit = this.#protocol.maxOutboxBytes
      const error = codedError(Error, 'ERR_IPC_OUTBOX_FULL', `more than ${limit} bytes wait to be sent`, {
        limit
      })
      if (!callback) throw error
      process.nextTick(callback, error)
      return false
    }
    if (outcome === sent.GONE) return this.#refuse(callback)
    if (callback) (this.#pending ??= []).push(callback)
    return outcome === sent.BELOW
  }

  /** Ends this side when everything has left, after an optional last chunk. */
  end(chunk, encoding, callback) {
    if (typeof chunk === 'function') return this.end(undefined, undefined, chunk)
    if (typeof encoding === 'function') return this.end(chunk, undefined, encoding)
    if (chunk !== undefined && chunk !== null) this.write(chunk, encoding)
    if (callback) this.once('finish', callback)
    if (this.#ended || this.#destroyed) return this
    this.#ended = true
    if (this.listenerCount('finish') > 0) {
      const finish = (error) => error || this.emit('finish')
      if (this.writableLength > 0) this.#taken(calls.write(this.#handle, EMPTY, true), finish)
      else process.nextTick(finish)
    }
    engine.end(this.#handle)
    return this
  }

  /** Closes in whatever state it is. `close` follows, after `error` if there is one. */
  destroy(error) {
    if (this.#destroyed) return this
    this.#destroyed = true
    this.#ended = true
    this.#reason = error ?? null
    engine.destroy(this.#handle)
    return this
  }

  /** Destroys once everything has left. */
  destroySoon() {
    this.end()
    if (this.writableLength === 0) this.destroy()
    else this.once('finish', () => this.destroy())
  }

  /** Nothing to do: what is sent in one turn leaves together anyway. */
  cork() {}

  /** See {@link Connection#cork}. */
  uncork() {}

  // ---- receiving ----

  /** Stops the delivery of messages and data; the peer is held up. */
  pause() {
    if (!this.#paused && !this.#closed) {
      this.#paused = true
      engine.setPaused(this.#handle, true)
    }
    return this
  }

  /** Delivers what came meanwhile (not before the next tick), then goes on. */
  resume() {
    if (!this.#paused) return this
    this.#paused = false
    if (this.#held === null) engine.setPaused(this.#handle, false)
    else process.nextTick(() => this.#release())
    return this
  }

  isPaused() {
    return this.#paused
  }

  #release() {
    const held = this.#held ?? []
    while (held.length > 0 && !this.#paused) held.shift()()
    if (this.#paused) return
    this.#held = null
    if (!this.#closed) engine.setPaused(this.#handle, false)
  }

  /** Keeps what was received for after `resume()`. */
  #hold(deliver) {
    ;(this.#held ??= []).push(deliver)
  }

  /** `data` gives strings of this encoding; characters split between chunks stay whole. */
  setEncoding(encoding) {
    this.#decoder = new StringDecoder(encoding)
    return this
  }

  get readableEncoding() {
    return this.#decoder === null ? null : this.#decoder.encoding
  }

  on(event, listener) {
    super.on(event, listener)
    if (event === 'data') this.#tap()
    return this
  }

  addListener(event, listener) {
    return this.on(event, listener)
  }

  prependListener(event, listener) {
    super.prependListener(event, listener)
    if (event === 'data') this.#tap()
    return this
  }

  removeListener(event, listener) {
    super.removeListener(event, listener)
    if (event === 'data') this.#tap()
    return this
  }

  off(event, listener) {
    return this.removeListener(event, listener)
  }

  removeAllListeners(event) {
    super.removeAllListeners(event)
    if (event === undefined || event === 'data') this.#tap()
    return this
  }

  /** Received chunks cross a second time, besides their frames, only while somebody listens. */
  #tap() {
    const wanted = this.listenerCount('data') > 0
    if (wanted === this.#tapped || this.#closed || this.#protocol.framing.mode === 'raw') return
    this.#tapped = wanted
    engine.setTapped(this.#handle, wanted)
  }

  // ---- as a stream ----

  /** The Duplex behind `pipe`, `read` and async iteration. */
  get #stream() {
    return (this.#face ??= new StreamFace(this))
  }

  pipe(destination, options) {
    return this.#stream.pipe(destination, options)
  }

  unpipe(destination) {
    this.#face?.unpipe(destination)
    return this
  }

  read(size) {
    return this.#stream.read(size)
  }

  [Symbol.asyncIterator]() {
    return this.#stream[Symbol.asyncIterator]()
  }

  async [Symbol.asyncDispose]() {
    if (this.#closed) return
    const closed = new Promise((resolve) => this.once('close', resolve))
    this.destroy()
    await closed
  }

  // ---- state ----

  get connecting() {
    return this.#connecting
  }

  get pending() {
    return this.#connecting
  }

  get destroyed() {
    return this.#destroyed
  }

  get closed() {
    return this.#closed
  }

  get errored() {
    return this.#reason
  }

  get readable() {
    return !this.#destroyed && !this.#peerEnded
  }

  get readableEnded() {
    return this.#peerEnded
  }

  get writable() {
    return !this.#destroyed && !this.#ended
  }

  get writableEnded() {
    return this.#ended
  }

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

  get readyState() {
    if (this.#connecting) return 'opening'
    if (this.readable) return this.writable ? 'open' : 'readOnly'
    return this.writable ? 'writeOnly' : 'closed'
  }

  #counters() {
    return this.#traffic ?? engine.traffic(this.#handle)
  }

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
    this.#whenOpen(() => engine.setKeepAlive(this.#handle, on ? Number(delay) : undefined))
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

  #moved() {
    const { read, written, waiting } = this.#counters()
    return read + written + waiting
  }

  #idle() {
    const moved = this.#moved()
    const idle = moved === this.#seen
    this.#seen = moved
    this.#timer.refresh()
    if (idle) this.emit('timeout')
  }

  // ---- TLS ----

  /** Whether it is a TLS connection, from the start. */
  get encrypted() {
    return this.#encrypted
  }

  /** Whether the peer's certificate was asked for and is to be trusted. */
  get authorized() {
    return this.#session?.authorized ?? false
  }

  /** The code of what is wrong with the peer's certificate, or null. */
  get authorizationError() {
    return this.#session?.authorizationError ?? null
  }

  /** The protocol agreed on by ALPN, or false. */
  get alpnProtocol() {
    return this.#session?.alpnProtocol ?? false
  }

  /** The name of the server that the client asked for, or false. */
  get servername() {
    return this.#session?.servername ?? false
  }

  /** `TLSv1.2`, `TLSv1.3`; null before the handshake is done, and without TLS. */
  getProtocol() {
    return this.#session?.protocol ?? null
  }

  /** `{ name, standardName, version }` of the cipher suite. */
  getCipher() {
    return this.#session?.describeCipher()
  }

  /** The peer's certificate; an empty object if it has none. */
  getPeerCertificate(detailed = false) {
    return this.#session?.certificate(detailed) ?? {}
  }

  /** The same as a `crypto.X509Certificate`. */
  getPeerX509Certificate() {
    return this.#session?.x509()
  }

  /** @internal The handshake of an accepted connection is done. */
  _authenticate(requestCert) {
    const session = new Session(engine.session(this.#handle))
    this.#session = session
    if (!requestCert) return
    session.authorized = session.error === null
    session.authorizationError = session.error?.code ?? null
  }

  /** The stream is there, the handshake begins. */
  #reached() {
    if (this.#destroyed) return
    this.#connecting = false
    const { receiver } = this
    if (receiver.reached) guard(receiver.reached, receiver, this)
    guard(this.emit, this, 'connect')
    guard(this.emit, this, 'ready')
  }

  /** The handshake is done: is it the peer that was meant? */
  #secured() {
    if (this.#destroyed) return
    const session = new Session(engine.session(this.#handle))
    this.#session = session
    let error
    try {
      error = this.#target.secure.check(session)
    } catch (thrown) {
      // A check of the user's that fails is no consent.
      error = thrown
    }
    if (error) {
      this.destroy(error)
      return
    }
    engine.proceed(this.#handle)
    this.#opened = true
    const { receiver } = this
    if (receiver.opened) guard(receiver.opened, receiver, this)
    guard(this.emit, this, 'secureConnect')
  }

  #tlsError(text, errno) {
    if (errno !== 0) return systemError(-errno, 'read')
    const { host, port, localAddress } = this.#target ?? {}
    return tlsError(text, { path: null, host, port, localAddress })
  }

  // ---- what the crossing reports ----

  /** @internal Some values of a batch. */
  _values(values, from, to) {
    this.#timer?.refresh()
    for (let at = from; at < to; at++) {
      if (this.#destroyed) return
      if (this.#paused || this.#held !== null) {
        const value = values[at]
        this.#hold(() => this.#message(value))
        continue
      }
      try {
        this.receiver.message(values[at], this)
      } catch (error) {
        calls.raise(error)
      }
    }
  }

  #message(value) {
    if (!this.#destroyed && this.receiver.message) guard(this.receiver.message, this.receiver, value, this)
  }

  /** @internal One frame as a string. */
  _text(text) {
    this.#timer?.refresh()
    if (this.#paused || this.#held !== null) this.#hold(() => this.#frame(text))
    else this.#frame(text)
  }

  #frame(text) {
    if (this.#destroyed) return
    let value = text
    if (this.#protocol.codec === 'json') {
      try {
        value = JSON.parse(text)
      } catch (error) {
        const { receiver } = this
        guard(() => receiver.malformed?.(error, text, this))
        return
      }
    }
    this.#message(value)
  }

  /** @internal One frame as bytes; a chunk, if nothing frames them. */
  _bytes(buffer) {
    this.#timer?.refresh()
    if (this.#paused || this.#held !== null) this.#hold(() => this.#buffer(buffer))
    else this.#buffer(buffer)
  }

  #buffer(buffer) {
    if (this.#protocol.framing.mode !== 'raw') {
      this.#message(buffer)
      return
    }
    const { receiver } = this
    if (!this.#destroyed && receiver.chunk) guard(receiver.chunk, receiver, buffer, this)
    if (this.listenerCount('data') > 0) this.#data(buffer)
  }

  /** @internal A copy of what was read, after its frames. */
  _chunk(buffer) {
    if (this.#paused || this.#held !== null) this.#hold(() => this.#data(buffer))
    else this.#data(buffer)
  }

  #data(buffer) {
    if (this.#destroyed) return
    const data = this.#decoder === null ? buffer : this.#decoder.write(buffer)
    if (data.length > 0) guard(this.emit, this, 'data', data)
  }

  /** @internal Everything else; the arguments are the record's. */
  _event(kind, a, b) {
    switch (kind) {
      case kinds.CONNECTED:
        return this.#connected()
      case kinds.FAILED:
        return this.#failed(a, b)
      case kinds.REACHED:
        return this.#reached()
      case kinds.SECURED:
        return this.#secured()
      case kinds.INSECURE:
        return this.#fail(this.#tlsError(calls.text(a), b))
      case kinds.BROKEN:
        this.#reason = this.#tlsError(calls.text(a), b)
        return
      case kinds.END:
        return this.#held === null && !this.#paused ? this.#end() : this.#hold(() => this.#end())
      case kinds.CLOSE:
        return this.#close(a === 1)
      case kinds.DRAIN:
        return guard(this.emit, this, 'drain')
      case kinds.FLUSHED:
        for (const callback of this.#pending.splice(0, a)) guard(callback, undefined)
        return
      case kinds.ERROR:
        this.#reason ??= systemError(-a, syscalls[b])
        return
      case kinds.REFUSED:
        return this.#held === null && !this.#paused ? this.#refused(a) : this.#hold(() => this.#refused(a))
      case kinds.PANICKED:
        this.#reason = codedError(Error, 'ERR_IPC_INTERNAL', 'the engine failed; this connection is closed')
    }
  }

  /** Nothing more is taken from the peer. What the messages before were answered with still leaves. */
  #refused(reason) {
    if (this.#destroyed) return
    const [name, text] = refusals[reason]
    const { receiver } = this
    if (receiver.refused) guard(receiver.refused, receiver, name, this)
    const limit = this.#protocol.maxFrameBytes
    if (!this.#destroyed) this.destroy(codedError(Error, `ERR_IPC_${name}`, text, { limit }))
  }

  #connected() {
    if (this.#destroyed) return
    this.#connecting = false
    this.#opened = true
    const { receiver } = this
    if (receiver.opened) guard(receiver.opened, receiver, this)
    guard(this.emit, this, 'connect')
    guard(this.emit, this, 'ready')
  }

  /** `index` counts the addresses of the attempt; the last one comes as -1 - index. */
  #failed(errno, index) {
    const { path, ips, port } = this.#target ?? {}
    const last = index < 0
    const address = path ?? ips?.[last ? -1 - index : index]
    ;(this.#errors ??= []).push(connectError(-errno, address, port))
    if (last) this.#fail(connectErrors(this.#errors))
  }

  #fail(error) {
    if (!this.#destroyed) this.#reason = error
    this.#close(true)
  }

  #end() {
    if (this.#destroyed) return
    this.#peerEnded = true
    const { receiver } = this
    if (receiver.ended) guard(receiver.ended, receiver, this)
    guard(this.emit, this, 'end')
    if (!this.#protocol.allowHalfOpen && !this.#destroyed) {
      this.#ended = true
      engine.end(this.#handle)
    }
  }

  #close(failed) {
    if (this.#closed) return
    if (this.#held !== null && !this.#destroyed) {
      this.#hold(() => this.#close(failed))
      return
    }
    this.#traffic = engine.traffic(this.#handle) ?? NOTHING
    this.#addresses()
    removeConnection(this.#handle)
    const error = this.#reason
    this.#closed = true
    this.#destroyed = true
    this.#ended = true
    this.#connecting = false
    clearTimeout(this.#timer)
    this.#timer = null
    for (const callback of this.#pending?.splice(0) ?? [])
      guard(callback, undefined, error ?? streamDestroyed())
    const { receiver } = this
    if (error !== null) {
      if (receiver.failed) guard(receiver.failed, receiver, error, this)
      if (this.listenerCount('error') > 0) guard(this.emit, this, 'error', error)
    }
    const hadError = failed || error !== null
    if (receiver.closed) guard(receiver.closed, receiver, hadError, this)
    guard(this.emit, this, 'close', hadError)
  }

  /** @internal Its number, 0 when nothing can be sent any more. */
  get _handle() {
    return this.#ended || this.#destroyed ? 0 : this.#handle
  }

  /** See `adopt` of lib/engine; with `copy` the descriptor stays its owner's. */
  static adopt(descriptor, protocol, receiver, copy = false) {
    const handle = engine.adopt(nativeProtocol(protocol), descriptor, copy)
    if (handle < 0) throw systemError(handle, 'adopt')
    return new Connection(protocol, receiver, handle)
  }

  /** @internal Starts to establish it. `target` has a path, or the IP addresses of a host and a port. */
  _dial(target) {
    if (this.#destroyed) return
    this.#target = target
    const errno =
      target.path === undefined ? this.#dialHost(target) : engine.dialPath(this.#handle, target.path)
    if (errno < 0) this.destroy(connectError(errno, target.path ?? target.ips[0], target.port))
  }

  #dialHost({ ips, port, localAddress, localPort, secure }) {
    const { native, serverName } = secure ?? {}
    return engine.dialHost(this.#handle, ips, port, localAddress, localPort, native, serverName)
  }
}

function toBytes(chunk, encoding) {
  if (typeof chunk === 'string') return Buffer.from(chunk, encoding)
  if (chunk instanceof Uint8Array) return chunk
  if (ArrayBuffer.isView(chunk)) return new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.byteLength)
  if (chunk === null)
    throw codedError(TypeError, 'ERR_STREAM_NULL_VALUES', 'May not write null values to stream')
  throw argumentTypeError('chunk', 'of type string or an instance of Buffer, TypedArray, or DataView', chunk)
}

function family(address) {
  return address && (address.includes(':') ? 'IPv6' : 'IPv4')
}

function streamDestroyed() {
  return codedError(Error, 'ERR_STREAM_DESTROYED', 'Cannot call write after a stream was destroyed')
}

exports.Connection = Connection
