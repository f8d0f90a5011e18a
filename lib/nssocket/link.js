'use strict'

const { peer } = require('./emitter')
const { dial, frame, protocol } = require('./transport')

// What is under an NsSocket: the connection of the moment, and the retries that replace it. The engine tells it
// what happens; what a connection that is no longer the current one has to say concerns nobody.
class Link {
  carrier = null // the connection, or what frames the stream of somebody else; null when it has closed
  borrowed = false // whether the stream is the user's, who may connect it
  stopped = false // whether `end` or `destroy` was called: no retries
  timer = null // made for the first retry: most sockets never need it

  constructor(ns) {
    this.ns = ns
    this.protocol = protocol(ns._options)
    this.decodes = this.protocol.codec !== 'json'
  }

  wrap(socket) {
    // What our own server has just accepted is framed already. Anything else is a stream like others.
    this.borrowed = !socket.receiver?.accepting
    this.use(this.borrowed ? frame(socket, this) : socket)
    if (this.borrowed) return
    socket.receiver = this
    if (this.ns._options.pauseOnConnect) socket.pause()
  }

  use(carrier) {
    const { ns } = this
    const socket = carrier.stream ?? carrier
    Object.assign(this, { carrier, callback: null })
    ns.socket = socket
    if (ns._options.keepAlive) socket.setKeepAlive(true, ns._options.keepAliveInitialDelay)
    socket.on('timeout', () => {
      if (carrier === this.carrier) ns.emit('idle')
      // The timer of a net.Socket runs once only; whoever has ended it hears of no further one while it closes.
      if (ns.socket !== socket) socket.setTimeout(0)
      else if (ns._timeout) socket.setTimeout(ns._timeout)
    })
  }

  connect(callback) {
    const { ns, carrier } = this
    this.timer?.cancel()
    this.stopped = false
    // A connection that is replaced is ended, not destroyed: what has been sent still leaves.
    if (carrier && !this.borrowed) ns.socket.end()
    if (carrier && this.borrowed) ns.socket.connect(...(ns.port ? [ns.port, ns.host] : [ns.host]))
    else this.dial()
    this.callback = callback
  }

  dial() {
    const { ns } = this
    const { port, host = '127.0.0.1', socket } = ns
    this.use(dial(ns._options, port ? { port, host } : { path: host }, this))
    this.borrowed = false
    socket?.become?.(ns.socket)
    if (ns._timeout) ns.socket.setTimeout(ns._timeout)
  }

  stop() {
    this.stopped = true
    this.timer?.cancel()
  }

  again() {
    const { ns } = this
    if (++ns.retry.retries >= ns.retry.max) {
      return this.complain(new Error(`Did not reconnect after maximum retries: ${ns.retry.max}`))
    }
    ns.retry.waiting = ns.connected = true
    ns.socket?.destroy?.()
    this.dial()
  }

  /** Who retries, or has given it up, without listening for errors does not want to fall over them. */
  complain(error) {
    const { ns } = this
    const heard = ns._all?.length > 0 || ns.listeners('error').length > 0
    if (heard || !(ns._reconnect || this.stopped)) ns.emit('error', error)
  }

  opened(carrier) {
    const { ns, callback } = this
    if (carrier !== this.carrier) return
    Object.assign(ns.retry, { retries: 0, waiting: false })
    ns.emit('start')
    callback?.call(carrier.stream ?? carrier)
  }

  message(frame, carrier) {
    let list = frame
    try {
      if (this.decodes) list = this.ns._decode(frame)
      if (!Array.isArray(list) || list.length === 0) throw new TypeError('NsSocket: no array with a payload')
    } catch (error) {
      return this.malformed(error, this.decodes ? frame : JSON.stringify(frame), carrier)
    }
    if (this.decodes) list = list.slice()
    // The array becomes the name of the event: the payload leaves at its end, `data` comes in front.
    let at = list.length - 1
    const payload = list[at]
    for (; at > 0; at--) list[at] = list[at - 1]
    list[0] = 'data'
    peer.name = list
    if (carrier === this.carrier) this.ns.emit(list, payload)
  }

  malformed(error, frame, carrier) {
    if (carrier === this.carrier) this.ns.emit('decodeError', error, frame)
  }

  failed(error, carrier) {
    if (carrier !== this.carrier) return
    this.ns.connected = false
    this.complain(error)
  }

  closed(hadError, carrier) {
    if (carrier !== this.carrier) return
    const { ns } = this
    this.carrier = null
    ns.connected = false
    try {
      ns.emit('close', ...(hadError || carrier.stream?.errored ? [true, undefined] : []))
    } finally {
      // A handler may have connected, ended or destroyed it.
      if (ns._reconnect && !this.stopped && this.carrier === null) ns.reconnect()
    }
  }
}

module.exports = { Link }
