'use strict'

/**
 * A connection, in layers: `endpoint` the socket, `tls-face` its session, `incoming` what is received, `outgoing` what is
 * sent, and here its life. `stream-face` is the Duplex that is made when somebody pipes or iterates.
 */

const { addConnection, calls, engine, guard, removeConnection } = require('../crossing')
const { codedError, connectError, connectErrors, systemError } = require('../errors')
const { nativeProtocol } = require('../protocol')
const { kinds, refusals, syscalls } = require('../records')
const { tlsError } = require('../tls')
const { Outgoing } = require('./outgoing')

/**
 * One established stream, or the attempt to establish it: what `net.Socket` is to node's own modules. It has the surface
 * of that class as far as IPC programs use it; what only few need (`pipe`, async iteration …) is made when first asked for.
 *
 * Events: `connect ready data end close(hadError) error drain timeout finish`; by TLS `secureConnect` besides, `connect`
 * being told before the handshake, as of a `tls.TLSSocket`. Unlike a `net.Socket` it does not throw for
 * an `error` without a listener: the dialect has been told already.
 */
class Connection extends Outgoing {
  #protocol
  #connecting
  #reason = null
  #errors = null
  #target = null
  /** The listener that accepted it. */
  #listener
  /** Whether an error closed it, while `close` waits behind what is held; else null. */
  #lost = null

  /**
   * @param {import('../protocol').Protocol} protocol
   * @param {object} receiver the dialect's side; see lib/engine/README.md
   * @param {number} [handle] of an established connection; none: one that is to be dialled
   * @param {boolean} [encrypted] TLS
   * @param {import('../listener').Listener} [listener] that accepted it, told when it is closed
   */
  constructor(protocol, receiver, handle, encrypted = false, listener = null) {
    const established = handle !== undefined
    super(protocol, receiver, handle ?? engine.connection(nativeProtocol(protocol)), established, encrypted)
    this.#protocol = protocol
    this.#connecting = !established
    this.#listener = listener
    addConnection(this._number, this)
  }

  /** See `adopt` of lib/engine; with `copy` the descriptor stays its owner's. */
  static adopt(descriptor, protocol, receiver, copy = false, listener = null) {
    const handle = engine.adopt(nativeProtocol(protocol), descriptor, copy)
    if (handle < 0) throw systemError(handle, 'adopt')
    return new Connection(protocol, receiver, handle, false, listener)
  }

  get connecting() {
    return this.#connecting
  }

  get pending() {
    return this.#connecting
  }

  get errored() {
    return this.#reason
  }

  get readyState() {
    if (this.#connecting) return 'opening'
    if (this.readable) return this.writable ? 'open' : 'readOnly'
    return this.writable ? 'writeOnly' : 'closed'
  }

  /** Closes in whatever state it is. `close` follows, after `error` if there is one. */
  destroy(error) {
    if (this.destroyed) return this
    this._silence()
    this.#connecting = false
    this.#reason = error ?? this.#reason
    engine.destroy(this._number)
    // Closed already, and only kept for after a resume() that need not come any more.
    if (this.#lost !== null) process.nextTick(() => this.#close(this.#lost))
    return this
  }

  async [Symbol.asyncDispose]() {
    if (this.closed) return
    const closed = new Promise((resolve) => this.once('close', resolve))
    this.destroy()
    await closed
  }

  // ---- establishing ----

  /** @internal Starts to establish it. `target` has a path, or the IP addresses of a host and a port. */
  _dial(target) {
    if (this.destroyed) return
    this.#target = target
    const errno =
      target.path === undefined ? this.#dialHost(target) : engine.dialPath(this._number, target.path)
    if (errno < 0) this.destroy(connectError(errno, target.path ?? target.ips[0], target.port))
  }

  #dialHost({ ips, port, localAddress, localPort, secure }) {
    const { native, serverName } = secure ?? {}
    return engine.dialHost(this._number, ips, port, localAddress, localPort, native, serverName)
  }

  #connected() {
    if (this.destroyed) return
    this.#connecting = false
    this._settle()
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

  /** The stream is there, the handshake begins. */
  #reached() {
    if (this.destroyed) return
    this.#connecting = false
    const { receiver } = this
    if (receiver.reached) guard(receiver.reached, receiver, this)
    guard(this.emit, this, 'connect')
    guard(this.emit, this, 'ready')
  }

  /** The handshake is done: is it the peer that was meant? */
  #secured() {
    if (this.destroyed) return
    const session = this._shaken()
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
    engine.proceed(this._number)
    this._settle()
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

  /** @internal Everything but what was received; the arguments are the record's. */
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
        return this._waiting ? this._hold(() => this.#end()) : this.#end()
      case kinds.CLOSE:
        return this.#close(a === 1)
      case kinds.DRAIN:
        return this._drained()
      case kinds.FLUSHED:
        return this._flushed(a)
      case kinds.ERROR:
        this.#reason ??= systemError(-a, syscalls[b])
        return
      case kinds.REFUSED:
        return this._waiting ? this._hold(() => this.#refused(a)) : this.#refused(a)
      case kinds.PANICKED:
        this.#reason = codedError(Error, 'ERR_IPC_INTERNAL', 'the engine failed; this connection is closed')
    }
  }

  /** Nothing more is taken from the peer. What the messages before were answered with still leaves. */
  #refused(reason) {
    if (this.destroyed) return
    const [name, text] = refusals[reason]
    const { receiver } = this
    if (receiver.refused) guard(receiver.refused, receiver, name, this)
    const limit = this.#protocol.maxFrameBytes
    if (!this.destroyed) this.destroy(codedError(Error, `ERR_IPC_${name}`, text, { limit }))
  }

  #end() {
    if (!this.destroyed) this._end()
  }

  #fail(error) {
    if (!this.destroyed) this.#reason = error
    this.#close(true)
  }

  #close(failed) {
    if (this.closed) return
    this._remember()
    if (this._holding && this.#lost === null && !this.destroyed) {
      this.#lost = failed
      this._hold(() => this.#close(failed))
      return
    }
    removeConnection(this._number)
    const error = this.#reason
    this._retire()
    this._silence()
    this.#connecting = false
    this._abandon(error)
    const { receiver } = this
    if (error !== null) {
      if (receiver.failed) guard(receiver.failed, receiver, error, this)
      if (this.listenerCount('error') > 0) guard(this.emit, this, 'error', error)
    }
    const hadError = failed || error !== null
    if (receiver.closed) guard(receiver.closed, receiver, hadError, this)
    // Before any listener of the user, who may ask it how many there are.
    if (this.#listener !== null) guard(this.#listener._left, this.#listener, this)
    guard(this.emit, this, 'close', hadError)
  }
}

exports.Connection = Connection
