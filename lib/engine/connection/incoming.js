'use strict'

const { StringDecoder } = require('node:string_decoder')

const { calls, engine, guard } = require('../crossing')
const { StreamFace } = require('./stream-face')
const { TlsFace } = require('./tls-face')

/** The receiving half of a connection: messages for the dialect, data for whoever listens, and their pauses. */
class Incoming extends TlsFace {
  #protocol
  #destroyed = false
  #peerEnded = false
  #paused = false
  /** What was received while paused. */
  #held = null
  /** How much of it has been delivered since. */
  #released = 0
  #decoder = null
  #tapped = false
  #face = null

  constructor(protocol, receiver, handle, opened, encrypted) {
    super(handle, opened, encrypted)
    /** The dialect's side. Its methods are called before the event of the same moment is emitted. */
    Object.defineProperty(this, 'receiver', { value: receiver, writable: true })
    this.#protocol = protocol
  }

  get destroyed() {
    return this.#destroyed
  }

  get readable() {
    return !this.#destroyed && !this.#peerEnded
  }

  get readableEnded() {
    return this.#peerEnded
  }

  /** @internal Nothing is delivered any more. */
  _silence() {
    this.#destroyed = true
  }

  // ---- what the crossing brings ----

  /** @internal Some values of a batch. */
  _values(values, from, to) {
    this._stir()
    for (let at = from; at < to; at++) {
      if (this.#destroyed) return
      if (this.#paused || this.#held !== null) {
        const value = values[at]
        this._hold(() => this.#message(value))
        continue
      }
      try {
        this.receiver.message?.(values[at], this)
      } catch (error) {
        calls.raise(error)
      }
    }
  }

  /** @internal Messages of one name, taken out of their envelopes. */
  _payloads(name, values, from, to) {
    this._stir()
    for (let at = from; at < to; at++) {
      if (this.#destroyed) return
      if (this.#paused || this.#held !== null) {
        const payload = values[at]
        this._hold(() => this.#event(name, payload))
        continue
      }
      try {
        this.receiver.event(name, values[at], this)
      } catch (error) {
        calls.raise(error)
      }
    }
  }

  #event(name, payload) {
    if (!this.#destroyed) guard(this.receiver.event, this.receiver, name, payload, this)
  }

  #message(value, values, at) {
    if (this.#destroyed) return
    try {
      this.receiver.message?.(value, this, values, at)
    } catch (error) {
      calls.raise(error)
    }
  }

  /** @internal One frame as a value. */
  _value(value) {
    this._stir()
    if (this._waiting) this._hold(() => this.#message(value))
    else this.#message(value)
  }

  /** @internal One frame as a string; if it has the usual members, with their values in a batch. */
  _text(text, values, at) {
    this._stir()
    if (this._waiting) this._hold(() => this.#frame(text))
    else if (values === undefined) this.#frame(text)
    else this.#message(text, values, at)
  }

  /** @internal The same one by one, as text: not all of the batch is JSON. */
  _eventText(name, payload) {
    this._text(this.#protocol.envelope.around(name, payload))
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
    this._stir()
    if (this._waiting) this._hold(() => this.#buffer(buffer))
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
    if (this._waiting) this._hold(() => this.#data(buffer))
    else this.#data(buffer)
  }

  #data(buffer) {
    if (this.#destroyed) return
    const data = this.#decoder === null ? buffer : this.#decoder.write(buffer)
    if (data.length > 0) guard(this.emit, this, 'data', data)
  }

  /** @internal The peer sends nothing more. */
  _end() {
    this.#peerEnded = true
    const { receiver } = this
    if (receiver.ended) guard(receiver.ended, receiver, this)
    guard(this.emit, this, 'end')
  }

  // ---- pauses ----

  /** Stops the delivery of messages and data; the peer is held up. */
  pause() {
    if (!this.#paused && !this.closed) {
      this.#paused = true
      engine.setPaused(this._number, true)
    }
    return this
  }

  /** Delivers what came meanwhile (not before the next tick), then goes on. */
  resume() {
    if (!this.#paused) return this
    this.#paused = false
    if (this.#held === null) engine.setPaused(this._number, false)
    else process.nextTick(() => this.#release())
    return this
  }

  isPaused() {
    return this.#paused
  }

  #release() {
    const held = this.#held ?? []
    // Not shift(): on a long array that moves all the rest, each time.
    while (this.#released < held.length && !this.#paused) {
      const deliver = held[this.#released]
      held[this.#released++] = undefined
      deliver()
    }
    if (this.#paused) return
    this.#held = null
    this.#released = 0
    if (!this.closed) engine.setPaused(this._number, false)
  }

  /** @internal Whether what comes has to wait. */
  get _waiting() {
    return this.#paused || this.#held !== null
  }

  /** @internal Whether something waits already. */
  get _holding() {
    return this.#held !== null
  }

  /** @internal Keeps what was received for after `resume()`. */
  _hold(deliver) {
    ;(this.#held ??= []).push(deliver)
  }

  // ---- data ----

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

  removeAllListeners(...events) {
    // With or without an argument are different things to Node, even if that is undefined.
    super.removeAllListeners(...events)
    this.#tap()
    return this
  }

  /** Received chunks cross a second time, besides their frames, only while somebody listens. */
  #tap() {
    const wanted = this.listenerCount('data') > 0
    if (wanted === this.#tapped || this.closed || this.#protocol.framing.mode === 'raw') return
    this.#tapped = wanted
    engine.setTapped(this._number, wanted)
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
}

exports.Incoming = Incoming
