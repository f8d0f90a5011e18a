'use strict'

const { deadline } = require('./deadline')

/** The arguments of the next `type` that `target` publishes (anything with `on`: emitters and pub/sub objects). */
function next(target, type, limit) {
  // The handler stays registered: removing one during a dispatch is itself a behaviour under test.
  const seen = new Promise((resolve) => target.on(type, (...args) => resolve(args)))
  return deadline(seen, `event '${String(type)}'`, limit)
}

/** Everything some targets publish, in order, as `[type, ...args]`. */
class Recorder {
  events = []
  #waiting = new Set()
  // Asked after each event: thousands of them would be counted thousands of times.
  #counts = new Map()

  constructor(target, types) {
    if (target) this.follow(target, types)
  }

  /** Records `types` of one more target; `name` tells the targets apart: `name.type`. */
  follow(target, types, name) {
    for (const type of types) {
      target.on(type, (...args) => this.add(name ? `${name}.${type}` : type, ...args))
    }
    return this
  }

  add(type, ...args) {
    this.events.push([type, ...args])
    this.#counts.set(type, this.count(type) + 1)
    for (const look of this.#waiting) look()
  }

  /** As if nothing had been seen so far. */
  forget() {
    this.events = []
    this.#counts.clear()
  }

  get types() {
    return this.events.map(([type]) => type)
  }

  count(type) {
    return this.#counts.get(type) ?? 0
  }

  /** The arguments of every `type` so far. */
  all(type) {
    return this.events.filter((event) => event[0] === type).map(([, ...args]) => args)
  }

  /** Resolves once `wanted(this)` holds. */
  until(wanted, what, limit) {
    let look
    const reached = new Promise((resolve, reject) => {
      look = () => {
        try {
          if (wanted(this)) resolve()
        } catch (error) {
          reject(error)
        }
      }
      this.#waiting.add(look)
      look()
    })
    return deadline(reached, what ?? String(wanted), limit)
      .catch((error) => {
        error.message += `; seen: ${this.types.slice(-30).join(', ') || 'nothing'}`
        throw error
      })
      .finally(() => this.#waiting.delete(look))
  }

  /** Resolves once `type` was seen `times` times. */
  seen(type, times = 1, limit) {
    return this.until((log) => log.count(type) >= times, `${times} × '${type}'`, limit)
  }
}

module.exports = { next, Recorder }
