'use strict'

/** The wildcard: as a type it means every type, as a handler every handler. */
const ALL = '*'
/** What the handlers for every type are listed under. */
const LISTED_ALL = Symbol.for('event-pubsub-all')

/**
 * @typedef {object} Subscription
 * @property {Function} handler
 * @property {boolean} once
 * @property {boolean} live false once it is removed, which a dispatch that is under way must see
 */

/** The subscriptions to one type, in order. A dispatch walks the list as it is, so it sees what is added meanwhile. */
class Topic {
  /** @type {Subscription[]} */
  list = []
  live = 0
  /** Dispatches under way: what is removed meanwhile stays in its place, so that nobody is skipped. */
  running = 0

  /** @param {Function} handler @param {boolean} once */
  add(handler, once) {
    this.list.push({ handler, once, live: true })
    this.live++
  }

  /** @param {Subscription} subscription */
  remove(subscription) {
    subscription.live = false
    this.live--
  }

  /** Forgets what was removed. */
  tidy() {
    if (this.running === 0 && this.live < this.list.length) this.list = this.list.filter(({ live }) => live)
  }
}

/**
 * Publish and subscribe, the event interface of clients and servers. Not an EventEmitter: nothing happens when nobody
 * listens, also for `error`. Types come from peers, so they are looked up in a Map and never as a property.
 */
class PubSub {
  /** @type {Map<string, Topic>} */
  #topics = new Map()
  /** @type {Topic | null} */
  #every = null

  /**
   * Calls `handler` for each event of the type, or with `(type, ...args)` for every event if the type is `*`.
   * @param {string} type
   * @param {Function} handler
   * @param {boolean} [once] only for the next one
   */
  on(type, handler, once = false) {
    expect(type, 'string')
    expect(handler, 'function')
    expect(once, 'boolean')
    this.#topic(type).add(handler, once)
    return this
  }

  /** @param {string} type @param {Function} handler */
  once(type, handler) {
    return this.on(type, handler, true)
  }

  /**
   * Removes every registration of `handler` for the type, or all handlers of the type if `handler` is `*`. A dispatch of that
   * type which is under way calls the rest of them all the same in the second case.
   * @param {string} [type]
   * @param {Function | '*'} [handler]
   */
  off(type = ALL, handler = ALL) {
    expect(type, 'string')
    const topic = type === ALL ? this.#every : this.#topics.get(type)
    if (!topic) return this
    if (handler === ALL) return this.#forget(type, topic)
    expect(handler, 'function')
    for (const subscription of topic.list) {
      if (subscription.live && subscription.handler === handler) topic.remove(subscription)
    }
    this.#settle(type, topic)
    return this
  }

  /** Removes all handlers of all types. */
  reset() {
    this.#topics = new Map()
    this.#every = null
    return this
  }

  /**
   * Calls the handlers: those of `*` first, then those of the type. Arguments beyond `a` and `b` reach the handlers too.
   * Runs for each message received, hence no rest parameters.
   * @param {string} type
   * @param {any} [a]
   * @param {any} [b]
   */
  publish(type, a, b) {
    const count = arguments.length
    if (this.#every !== null || count > 3 || typeof type !== 'string') return this.#publishAll(arguments)
    const topic = this.#topics.get(type)
    if (topic === undefined) return this
    topic.running++
    try {
      for (let at = 0; at < topic.list.length; at++) {
        const subscription = topic.list[at]
        if (!subscription.live) continue
        if (subscription.once) this.#remove(type, topic, subscription)
        const { handler } = subscription
        if (count === 2) handler(a)
        else if (count === 3) handler(a, b)
        else handler()
      }
    } finally {
      topic.running--
      topic.tidy()
    }
    return this
  }

  /** The handlers by type, a copy; those of every type under `Symbol.for('event-pubsub-all')`. */
  get list() {
    /** @type {Record<string | symbol, Function[]>} */
    const list = Object.create(null)
    const handlers = (/** @type {Topic} */ topic) =>
      topic.list.filter(({ live }) => live).map(({ handler }) => handler)
    for (const [type, topic] of this.#topics) list[type] = handlers(topic)
    if (this.#every !== null) list[LISTED_ALL] = handlers(this.#every)
    return list
  }

  /** @param {string} type */
  #topic(type) {
    if (type === ALL) return (this.#every ??= new Topic())
    let topic = this.#topics.get(type)
    if (topic === undefined) this.#topics.set(type, (topic = new Topic()))
    return topic
  }

  /** @param {string} type @param {Topic} topic @param {Subscription} subscription */
  #remove(type, topic, subscription) {
    topic.remove(subscription)
    this.#settle(type, topic)
  }

  /** @param {string} type @param {Topic} topic */
  #settle(type, topic) {
    topic.tidy()
    if (topic.live === 0) this.#forget(type, topic)
  }

  /** @param {string} type @param {Topic} topic */
  #forget(type, topic) {
    if (type === ALL) {
      if (this.#every === topic) this.#every = null
    } else if (this.#topics.get(type) === topic) this.#topics.delete(type)
    return this
  }

  /** @param {ArrayLike<any>} published the type and the arguments */
  #publishAll(published) {
    const event = Array.from(published)
    const type = event[0]
    expect(type, 'string')
    if (this.#every !== null) this.#dispatch(ALL, this.#every, event)
    const topic = this.#topics.get(type)
    if (topic !== undefined) this.#dispatch(type, topic, event.slice(1))
    return this
  }

  /** @param {string} type @param {Topic} topic @param {unknown[]} args */
  #dispatch(type, topic, args) {
    topic.running++
    try {
      for (let at = 0; at < topic.list.length; at++) {
        const subscription = topic.list[at]
        if (!subscription.live) continue
        if (subscription.once) this.#remove(type, topic, subscription)
        const { handler } = subscription
        handler(...args)
      }
    } finally {
      topic.running--
      topic.tidy()
    }
  }
}

/** @param {unknown} value @param {string} type */
function expect(value, type) {
  if (typeof value !== type) throw new TypeError(`expected a ${type}, received ${typeof value}`)
}

module.exports = { PubSub }
