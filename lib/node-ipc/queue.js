'use strict'

/**
 * The requests of a client in sync mode: one is on its way, the others wait until something was received.
 */
class Queue {
  #config
  #perFrame
  /** @type {(() => void)[]} */
  #waiting = []
  #running = false
  /** An answer has come and the next request is about to leave. */
  #due = false
  /** @type {NodeJS.Timeout | undefined} */
  #patience

  /**
   * @param {any} config
   * @param {import('./profile').Profile} profile
   */
  constructor(config, { releasesPerFrame }) {
    /** Whether `add` starts the queue. */
    this.autoRun = true
    /** Whether to hold back everything. */
    this.stop = false
    this.#config = config
    this.#perFrame = releasesPerFrame
  }

  /** What waits, a copy. Assigning replaces it. */
  get contents() {
    return [...this.#waiting]
  }

  set contents(requests) {
    this.#waiting = [...requests]
  }

  /** @param {...() => void} requests */
  add(...requests) {
    this.#waiting.push(...requests)
    if (this.autoRun && !this.stop && !this.#running) this.next()
  }

  /** Runs the next request, if there is one. */
  next() {
    clearTimeout(this.#patience)
    const request = this.stop ? undefined : this.#waiting.shift()
    this.#running = request !== undefined
    if (request === undefined) return
    const { syncTimeout } = this.#config
    if (syncTimeout > 0) this.#patience = setTimeout(() => this.next(), syncTimeout).unref()
    request()
  }

  clear() {
    this.#waiting = []
  }

  /** A frame or a chunk has arrived. */
  answered() {
    if (this.#perFrame) return this.next()
    // Frames that arrive together free one request, and after the last of them was delivered.
    if (this.#due) return
    this.#due = true
    queueMicrotask(() => {
      this.#due = false
      this.next()
    })
  }
}

module.exports = { Queue }
