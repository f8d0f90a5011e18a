'use strict'

const { engine, guard, timers } = require('./crossing')
const { addon } = require('./native-addon')

/** The longest delay, ms: beyond it Node's own timers fire at once. */
const LONGEST = 2 ** 31 - 1

/**
 * A client's retries: how many were made, and the delay before the next, which holds the process alive unless `unref()`ed.
 *
 * @typedef {object} Policy
 * @property {number | { min: number, max: number }} delay before the first retry, ms; a range: at random, both included
 * @property {number} [factor] what each further retry multiplies the delay with; default 1
 * @property {number} [maxDelay] ms; default 2^31 - 1
 * @property {number} [budget] retries before giving up; default Infinity
 */
class Retry {
  #native = new addon.Retry(engine)
  #timer = 0
  #fire
  #referenced = true

  /** @param {() => void} fired called when a delay is over */
  constructor(fired) {
    this.#fire = fired
  }

  /**
   * Starts the next delay, instead of one that is running.
   *
   * @param {Policy} policy as it is now
   * @returns {boolean} false if the budget is used up: nothing will follow
   */
  arm({ delay, factor = 1, maxDelay = LONGEST, budget = Infinity }) {
    timers.delete(this.#timer)
    const { min, max } = typeof delay === 'object' ? delay : { min: delay, max: delay }
    this.#timer = this.#native.arm({ min: ms(min), max: ms(max), factor, maxDelay, budget: Number(budget) })
    if (this.#timer === 0) return false
    timers.set(this.#timer, this)
    if (!this.#referenced) engine.setReferenced(this.#timer, false)
    return true
  }

  /** Retries made since the last reset. */
  get attempts() {
    return this.#native.attempts
  }

  /** Whether a delay is running. */
  get armed() {
    return this.#timer !== 0
  }

  /** Starts counting anew, as after a success. */
  reset() {
    this.#native.reset()
  }

  /** Stops a running delay; nothing follows until the next `arm`. */
  cancel() {
    timers.delete(this.#timer)
    this.#timer = 0
    this.#native.cancel()
  }

  ref() {
    return this.#refer(true)
  }

  unref() {
    return this.#refer(false)
  }

  #refer(on) {
    this.#referenced = on
    if (this.#timer !== 0) engine.setReferenced(this.#timer, on)
    return this
  }

  /** @internal */
  _fired(timer) {
    timers.delete(timer)
    if (timer !== this.#timer) return
    this.#timer = 0
    if (this.#native.fired()) guard(this.#fire, undefined)
  }
}

function ms(value) {
  const number = Number(value)
  return number > 0 ? number : 0
}

exports.Retry = Retry
