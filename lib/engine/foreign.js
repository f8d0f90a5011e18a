'use strict'

const { guard } = require('./crossing')
const { codedError } = require('./errors')
const { addon } = require('./native-addon')
const { frameEnd, nativeProtocol } = require('./protocol')

/**
 * A stream that the user supplies (a `net.Socket`, a `tls.TLSSocket`, any Duplex), framed natively. It stays the user's:
 * all its events and methods work as before, no descriptor is taken from it.
 *
 * The receiver is that of a connection (`message`, `malformed`, `ended`, `failed`, `closed`); `opened` is not called.
 */
class Foreign {
  #frames
  #end
  #protocol
  #detach
  #detached = false

  /**
   * @param {import('node:stream').Duplex} stream
   * @param {import('./protocol').Protocol} protocol
   * @param {object} receiver
   */
  constructor(stream, protocol, receiver) {
    this.stream = stream
    this.receiver = receiver
    this.#protocol = protocol
    this.#frames = new addon.Frames(nativeProtocol(protocol))
    const end = frameEnd(protocol)
    this.#end = typeof end === 'string' ? end : Buffer.from(end)
    const listeners = {
      data: (chunk) => this.#data(chunk),
      end: () => this.#ended(),
      error: (error) => this.#call('failed', error),
      close: (hadError) => this.#call('closed', Boolean(hadError))
    }
    for (const [event, listener] of Object.entries(listeners)) stream.on(event, listener)
    this.#detach = () => {
      this.#detached = true
      for (const [event, listener] of Object.entries(listeners)) stream.off(event, listener)
    }
  }

  /** Sends one frame; see `Connection.send`. */
  send(text, callback) {
    const end = this.#end
    const frame = typeof end === 'string' ? text + end : Buffer.concat([Buffer.from(text), end])
    return this.stream.write(frame, callback)
  }

  /** Leaves the stream alone from now on. */
  detach() {
    this.#detach()
  }

  #data(chunk) {
    // A user may have set an encoding on the stream that is, after all, the user's.
    const bytes =
      typeof chunk === 'string' ? Buffer.from(chunk, this.stream.readableEncoding ?? 'utf8') : chunk
    let frames
    try {
      frames = this.#frames.feed(bytes)
    } catch (cause) {
      this.stream.destroy(codedError(Error, 'ERR_IPC_FRAME_TOO_LARGE', cause.message))
      return
    }
    for (const frame of frames) this.#frame(frame)
  }

  #ended() {
    for (const frame of this.#frames.finish()) this.#frame(frame)
    this.#call('ended')
  }

  #frame(frame) {
    // A handler of a frame before it may have done either.
    if (this.#detached || this.stream.destroyed) return
    let value = frame
    if (this.#protocol.codec === 'json') {
      try {
        value = JSON.parse(frame)
      } catch (error) {
        guard(() => this.receiver.malformed?.(error, frame, this))
        return
      }
    }
    this.#call('message', value)
  }

  #call(method, argument) {
    const { receiver } = this
    const args = argument === undefined && method === 'ended' ? [this] : [argument, this]
    if (receiver[method]) guard(receiver[method], receiver, ...args)
  }
}

exports.Foreign = Foreign
