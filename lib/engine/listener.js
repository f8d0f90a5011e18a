'use strict'

const cluster = require('node:cluster')
const EventEmitter = require('node:events')
const net = require('node:net')

const { checkPath, checkPort, resolve } = require('./address')
const { Connection } = require('./connection')
const { calls, engine, guard, listeners } = require('./crossing')
const { codedError, listenError, systemError } = require('./errors')
const { nativeProtocol } = require('./protocol')
const { kinds } = require('./records')
const { listenArguments } = require('./listen-arguments')
const { listenShared, sharesStreams } = require('./shared-handle')
const { serverTls, tlsError } = require('./tls')

/** As Node: connections the operating system keeps until they are accepted. */
const BACKLOG = 511

const UNSUPPORTED = new Set(['EAFNOSUPPORT', 'EADDRNOTAVAIL', 'EINVAL'])

/**
 * A listening socket with the surface of `net.Server`.
 *
 * Events: `listening connection(connection) drop error close`. `close` comes after the last connection has ended. By TLS,
 * a connection comes when its handshake is done (`secureConnection` besides), and `tlsClientError(error)` if it fails.
 */
class Listener extends EventEmitter {
  #handle = 0
  #protocol
  #address = null
  #maxConnections
  #referenced = true
  /** The server of Node's own that has the handle in a cluster worker. */
  #shared = null
  /** Listening, or resolving the host name in order to. */
  #active = false
  /** Counts the host names resolved in order to listen. */
  #attempts = 0
  #closing = false
  /** By TLS: its options, prepared. */
  #secure = null

  /**
   * @param {import('./protocol').Protocol} protocol what its connections talk
   * @param {object} receiver their dialect's side; see lib/engine/README.md
   */
  constructor(protocol, receiver) {
    super()
    /** The dialect's side of connections to come. */
    Object.defineProperty(this, 'receiver', { value: receiver, writable: true })
    this.#protocol = protocol
    /** Live connections, in accept order. */
    this.connections = new Set()
  }

  /**
   * Binds (before it returns, for a path or an IP address); `listening` or `error` follows in the next tick.
   *
   * @param {object} address `{ path, unlink, readableAll, writableAll }` or
   *   `{ host, port, backlog, ipv6Only, tls }`, `tls` being the options of `tls.createServer`. The other forms of
   *   `net.Server` do as well, but for a handle or a descriptor.
   * @param {() => void} [callback] once, at `listening`
   */
  listen(...args) {
    const { address, callback } = listenArguments(args)
    if (this.#active)
      throw codedError(Error, 'ERR_SERVER_ALREADY_LISTEN', 'Listen method has been called more than once')
    const path = address.path === undefined ? undefined : checkPath(address.path)
    const port = path === undefined ? checkPort(address.port ?? 0) : undefined
    // What is wrong with them is thrown, before anything has happened.
    this.#secure = address.tls ? serverTls(address.tls) : null
    this.#active = true
    this.#closing = false
    if (callback) this.once('listening', callback)
    address.signal?.addEventListener('abort', () => this.close(), { once: true })
    try {
      this.#open(address, path, port)
    } catch (error) {
      this.#active = false
      throw error
    }
    return this
  }

  #open(address, path, port) {
    if (cluster.isWorker) {
      if (sharesStreams) this.#share(address)
      else this.#fail(codedError(Error, 'ENOTSUP', 'workers of a cluster cannot share a listener on Windows'))
      return
    }
    const { backlog = BACKLOG } = address
    if (path !== undefined) {
      const { unlink, readableAll, writableAll } = address
      this.#bind({ path, unlink, readableAll, writableAll, backlog }, path)
      return
    }
    const { host, ipv6Only } = address
    if (!host) {
      this.#bindAny(port, backlog)
      return
    }
    const attempt = ++this.#attempts
    resolve(host, {}, (error, ips) => {
      // Closed meanwhile, and perhaps told to listen again.
      if (!this.#active || attempt !== this.#attempts) return
      if (error) this.#fail(error)
      else this.#bind({ ip: ips[0], port, ipv6Only, backlog }, ips[0], port)
    })
  }

  /** In a cluster the primary holds the handle, and every worker that listens on it gets its part of the connections. */
  #share(address) {
    this.#shared = listenShared(address, {
      listening: () => {
        if (this.#secure !== null) this.#expectDealt()
        this.#address = this.#shared.address()
        this.emit('listening')
      },
      accepted: (descriptor) => this.#take(descriptor),
      failed: (error) => {
        this.#active = false
        this.#shared = null
        this.emit('error', error)
      }
    })
    if (!this.#referenced) this.#shared.unref()
  }

  /** The handshakes of what is dealt to this worker are done as those of what it would accept by itself. */
  #expectDealt() {
    this.#handle = this.#listen({ dealt: true, backlog: 0 })
    listeners.set(this.#handle, this)
    this.maxConnections = this.#maxConnections
    if (!this.#referenced) engine.setReferenced(this.#handle, false)
  }

  #take(descriptor) {
    if (this.#handle !== 0) {
      engine.deal(this.#handle, descriptor)
      return
    }
    if (this.#maxConnections != null && this.connections.size >= this.#maxConnections) {
      this.emit('drop', {})
      return
    }
    this.#welcome(Connection.adopt(descriptor, this.#protocol, this.receiver, true, this))
  }

  /** No host: all addresses, of both families where there are both. */
  #bindAny(port, backlog) {
    const id = this.#listen({ ip: '::', port, backlog })
    if (id > 0) this.#bound(id, '::', port)
    else if (UNSUPPORTED.has(listenError(id).code))
      this.#bind({ ip: '0.0.0.0', port, backlog }, '0.0.0.0', port)
    else this.#fail(listenError(id, '::', port))
  }

  #bind(endpoint, address, port) {
    const id = this.#listen(endpoint)
    if (id > 0) this.#bound(id, address, port)
    else this.#fail(listenError(id, address, port ?? -1))
  }

  #listen(endpoint) {
    return engine.listen(nativeProtocol(this.#protocol), endpoint, this.#secure?.native)
  }

  #bound(id, address, port) {
    this.#handle = id
    listeners.set(id, this)
    this.#address =
      port === undefined
        ? address
        : { address, family: address.includes(':') ? 'IPv6' : 'IPv4', port: engine.listenerPort(id) ?? port }
    this.maxConnections = this.#maxConnections
    if (!this.#referenced) engine.setReferenced(id, false)
    process.nextTick(() => this.#handle === id && this.emit('listening'))
  }

  #fail(error) {
    this.#active = false
    process.nextTick(() => this.emit('error', error))
  }

  /** Stops listening and removes its own file. Connections stay; `close` comes when the last one has ended. */
  close(callback) {
    if (!this.#active) {
      const error = codedError(Error, 'ERR_SERVER_NOT_RUNNING', 'Server is not running.')
      if (callback) process.nextTick(callback, error)
      return this
    }
    if (callback) this.once('close', callback)
    this.#active = false
    this.#closing = true
    this.#address = null
    this.#shared?.close()
    this.#shared = null
    if (this.#handle !== 0) {
      engine.closeListener(this.#handle)
      listeners.delete(this.#handle)
      this.#handle = 0
    }
    process.nextTick(() => this.#closeIfDone())
    return this
  }

  #closeIfDone() {
    if (!this.#closing || this.connections.size > 0) return
    this.#closing = false
    this.emit('close')
  }

  async [Symbol.asyncDispose]() {
    if (!this.#active && !this.#closing) return
    const closed = new Promise((done) => this.once('close', done))
    this.close()
    await closed
  }

  get listening() {
    return this.#handle !== 0 || Boolean(this.#shared?.listening)
  }

  /** The path, or `{ address, family, port }`; null while not listening. */
  address() {
    return this.#address
  }

  /** Connections beyond it are closed at once when they come; undefined: no limit. */
  get maxConnections() {
    return this.#maxConnections
  }

  set maxConnections(max) {
    this.#maxConnections = max
    if (this.#handle === 0) return
    const limited = max !== undefined && max !== null && Number(max) < 2 ** 31
    engine.setMaxConnections(this.#handle, limited ? Math.max(0, Number(max)) : undefined)
  }

  getConnections(callback) {
    process.nextTick(callback, null, this.connections.size)
    return this
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
    if (on) this.#shared?.ref()
    else this.#shared?.unref()
    return this
  }

  /** @internal A connection has been accepted. */
  _accepted(handle) {
    const secure = this.#secure
    const connection = new Connection(this.#protocol, this.receiver, handle, secure !== null, this)
    if (secure !== null) connection._authenticate(secure.requestCert)
    this.#welcome(connection)
  }

  #welcome(connection) {
    this.connections.add(connection)
    const { receiver } = this
    if (receiver.opened) guard(receiver.opened, receiver, connection)
    guard(this.emit, this, 'connection', connection)
    if (connection.encrypted) guard(this.emit, this, 'secureConnection', connection)
  }

  /** @internal One of its connections has closed. Not by an event: `removeAllListeners` is the user's to call. */
  _left(connection) {
    this.connections.delete(connection)
    this.#closeIfDone()
  }

  /** @internal Something went wrong with accepting. */
  _event(kind, a, b) {
    if (kind === kinds.DROPPED) {
      guard(this.emit, this, 'drop', { localPort: this.#address?.port })
    } else if (kind === kinds.CLIENT_INSECURE) {
      const text = calls.text(a)
      guard(this.emit, this, 'tlsClientError', b === 0 ? tlsError(text) : systemError(-b, 'read'))
    } else if (kind === kinds.PANICKED) {
      const error = codedError(Error, 'ERR_IPC_INTERNAL', 'the engine failed; this listener is closed')
      this.close()
      guard(this.emit, this, 'error', error)
    } else if (this.listenerCount('error') > 0) {
      // Out of descriptors, mostly: accepting goes on by itself when there are some again.
      const error = listenError(-a)
      guard(
        this.emit,
        this,
        'error',
        Object.assign(error, { syscall: 'accept', message: `accept ${error.code}` })
      )
    }
  }
}

// Programs ask for `instanceof net.Server`.
Object.setPrototypeOf(Listener.prototype, net.Server.prototype)

exports.Listener = Listener
