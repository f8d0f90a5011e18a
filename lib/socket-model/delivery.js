'use strict'

/**
 * The messages of one reader that have been read and not yet emitted.
 *
 * The original emits two ticks after the chunk, so that whoever has just been told of a connection, also by a promise, has
 * time to add a handler. Here all messages of a batch wait for one tick together, not each for two of its own.
 */
class Delivery {
  #reader
  /** Message, connection, message, connection … */
  #waiting = []
  #scheduled = false

  /** @param {import('node:events')} reader */
  constructor(reader) {
    this.#reader = reader
  }

  /** @param {any} message @param {any} connection the one it came from */
  add(message, connection) {
    this.#waiting.push(message, connection)
    if (!this.#scheduled) this.#schedule()
  }

  /** Emits now what waits: something is about to happen that has to come after it. Not while nobody listens yet. */
  settle() {
    if (this.#waiting.length > 0 && this.#reader.listenerCount('message') > 0) this.#emit()
  }

  // Ticks come before promises: a tick that a promise asks for comes after every promise that is settled by now.
  #schedule() {
    this.#scheduled = true
    queueMicrotask(() =>
      process.nextTick(() => {
        this.#scheduled = false
        this.#emit()
      })
    )
  }

  #emit() {
    const batch = this.#waiting
    this.#waiting = []
    let at = 0
    try {
      for (; at < batch.length; at += 2) this.#reader.emit('message', batch[at], batch[at + 1])
    } catch (error) {
      // The handler's exception costs nobody the messages after it.
      this.#waiting = batch.slice(at + 2).concat(this.#waiting)
      if (this.#waiting.length > 0 && !this.#scheduled) this.#schedule()
      throw error
    }
  }
}

module.exports = { Delivery }
