'use strict'

const bursts = require('../bursts')
const { LONG, compose } = require('../composing')
const { calls, engine, guard } = require('../crossing')
const { argumentTypeError, codedError } = require('../errors')
const { sent } = require('../records')
const { Incoming } = require('./incoming')

const EMPTY = new Uint8Array(0)

/** Messages after a large one that are looked through: 100 to 200 ns that traffic of small ones would feel. */
const WATCHED = 64

/** How many of them are left. */
let watched = 0

/** The sending half of a connection: frames, bytes, and the end of them. */
class Outgoing extends Incoming {
  #handle
  #protocol
  /** Nothing more can be sent: ended, or destroyed. */
  #ended = false
  /** Callbacks of writes that have not left, in order. */
  #pending = null
  /** Everything has left, and this side is ended. */
  #finished = false
  /** Callbacks of `end`. */
  #finishers = null

  constructor(protocol, receiver, handle, opened, encrypted) {
    super(protocol, receiver, handle, opened, encrypted)
    this.#handle = handle
    this.#protocol = protocol
  }

  /**
   * Sends one frame: `text` and what ends a frame.
   *
   * @param {string} text
   * @param {(error?: Error) => void} [callback] when the operating system has taken it
   * @returns {boolean} false if the sender should wait for `drain`, or if the connection is gone and the frame is lost
   * @throws ERR_IPC_OUTBOX_FULL over the protocol's `maxOutboxBytes`
   */
  send(text, callback) {
    if (this.#ended) return this.#refuse(callback)
    bursts.settle(this.#handle)
    if (typeof callback === 'function') return this.#taken(calls.sendTracked(this.#handle, text), callback)
    const outcome = calls.send(this.#handle, text)
    return outcome === undefined || this.#taken(outcome)
  }

  /**
   * Sends a message in an envelope as one frame, the fastest way.
   *
   * @param {import('../envelope').Envelope} envelope
   * @param {unknown} name
   * @param {unknown} payload
   * @returns {boolean} as `send`
   * @throws TypeError for what cannot be stringified, ERR_IPC_OUTBOX_FULL as `send`
   */
  sendEvent(envelope, name, payload) {
    const head = envelope.head(name, payload)
    if (head === 0) return this.send(envelope.stringify(name, payload))
    let outcome
    // V8 would look at each of its characters alone.
    if (typeof payload === 'string') {
      if (this.#ended) return false
      bursts.settle(this.#handle)
      outcome = calls.sendText(this.#handle, head, payload)
    } else {
      if (typeof payload === 'object') {
        payload = bursts.add(this.#handle, head, payload)
        if (typeof payload === 'boolean') return payload
      }
      if (watched > 0) return this.#sendWatched(head, payload)
      const text = JSON.stringify(payload)
      if (this.#ended) return false
      if (text.length >= LONG) watched = WATCHED
      bursts.settle(this.#handle)
      outcome = calls.sendEvent(this.#handle, head, text)
      if (outcome >= sent.BURST) {
        bursts.begin(this.#handle, head, payload)
        return outcome === sent.BURST
      }
    }
    return outcome === undefined || this.#taken(outcome)
  }

  #sendWatched(head, payload) {
    const composed = compose(head, payload)
    const text = composed ? '' : JSON.stringify(payload)
    // Where there is none to send it to, what is composed is let go.
    const handle = this._handle
    watched = composed || text.length >= LONG ? WATCHED : watched - 1
    const outcome = composed ? calls.sendComposed(handle) : calls.sendEvent(handle, head, text)
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
    if (this.#ended && !this.destroyed) {
      const error = codedError(Error, 'ERR_STREAM_WRITE_AFTER_END', 'write after end')
      if (typeof callback === 'function') process.nextTick(callback, error)
      this.destroy(error)
      return false
    }
    if (this.#ended) return this.#refuse(callback)
    const tracked = typeof callback === 'function'
    bursts.settle(this.#handle)
    return this.#taken(calls.write(this.#handle, bytes, tracked), tracked ? callback : undefined)
  }

  #refuse(callback) {
    if (typeof callback === 'function') process.nextTick(callback, streamDestroyed())
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
    return outcome === sent.BELOW || outcome === sent.BURST
  }

  /** Ends this side when everything has left, after an optional last chunk. */
  end(chunk, encoding, callback) {
    if (typeof chunk === 'function') return this.end(undefined, undefined, chunk)
    if (typeof encoding === 'function') return this.end(chunk, undefined, encoding)
    if (chunk !== undefined && chunk !== null) this.write(chunk, encoding)
    if (typeof callback === 'function') this.#whenFinished(callback)
    if (!this.#ended) this.#endWriting()
    return this
  }

  #endWriting() {
    this.#ended = true
    bursts.settle(this.#handle)
    // Told when everything before it has left, at once if nothing waits.
    this.#taken(calls.write(this.#handle, EMPTY, true), (error) => this.#finish(error))
    engine.end(this.#handle)
  }

  #finish(error) {
    this.#finished = !error
    for (const callback of this.#finishers?.splice(0) ?? []) guard(callback, undefined, error)
    if (!error) guard(this.emit, this, 'finish')
  }

  #whenFinished(callback) {
    if (this.#finished) process.nextTick(callback, alreadyFinished())
    else if (this.destroyed) process.nextTick(callback, streamDestroyed('end'))
    else (this.#finishers ??= []).push(callback)
  }

  /** Destroys once everything has left. */
  destroySoon() {
    this.end()
    if (this.#finished) this.destroy()
    else this.#whenFinished(() => this.destroy())
  }

  /** Nothing to do: what is sent in one turn leaves together anyway. */
  cork() {}

  /** See {@link Outgoing#cork}. */
  uncork() {}

  get writable() {
    return !this.#ended
  }

  get writableEnded() {
    return this.#ended
  }

  /** @internal Its number, 0 when nothing can be sent any more. */
  get _handle() {
    // Whoever asks for it sends on it.
    bursts.settle(this.#handle)
    return this.#ended ? 0 : this.#handle
  }

  /** @internal */
  _silence() {
    super._silence()
    bursts.settle(this.#handle)
    this.#ended = true
  }

  /** @internal */
  _end() {
    super._end()
    if (!this.#protocol.allowHalfOpen && !this.#ended) this.#endWriting()
  }

  /** @internal `count` tracked writes have left. */
  _flushed(count) {
    for (const callback of this.#pending?.splice(0, count) ?? []) guard(callback, undefined)
  }

  /**
   * @internal Nothing waits any more, or nothing did when that was noticed: more may have been sent since. As of Node,
   * `drain` comes only when nothing waits, and not on the way to the end.
   */
  _drained() {
    bursts.settle(this.#handle)
    if (!this.#ended && engine.drained(this.#handle)) guard(this.emit, this, 'drain')
  }

  /** @internal What has not left never will. */
  _abandon(error) {
    for (const callback of this.#pending?.splice(0) ?? [])
      guard(callback, undefined, error ?? streamDestroyed())
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

function streamDestroyed(call = 'write') {
  return codedError(Error, 'ERR_STREAM_DESTROYED', `Cannot call ${call} after a stream was destroyed`)
}

function alreadyFinished() {
  const message = 'Cannot call end after a stream was finished'
  return codedError(Error, 'ERR_STREAM_ALREADY_FINISHED', message)
}

exports.Outgoing = Outgoing
