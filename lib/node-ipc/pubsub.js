'use strict'

/** The wildcard: as a type it means every type, as a handler every handler. */
const ALL = '*'

/**
 * @typedef {object} Subscription
 * @property {Function} handler
 * @property {boolean} once
 * @property {boolean} live false once it is removed, which a dispatch that is under way must see
 */

/** The subscriptions to one type, in order. */
class Topic {
  constructor() {
    /** @type {Subscription[]} */
    this.list = []
    /** The handler, if there is exactly one and it stays: the case worth a direct call. @type {Function | null} */
    this.only = null
  }

  /** @param {Function} handler @param {boolean} once */
  add(handler, once) {
    // In place: a dispatch knows how many there were when it began.
    this.list.push({ handler, once, live: true })
    this.settle()
  }

  /** @param {(subscription: Subscription) => boolean} chosen */
  remove(chosen) {
    // A new array: a dispatch that is under way keeps walking the old one and skips nobody.
    this.list = this.list.filter((subscription) => {
      if (!chosen(subscription)) return true
      subscription.live = false
      return false
    })
    this.settle()
  }

  settle() {
    this.only = this.list.length === 1 && !this.list[0].once ? this.list[0].handler : null
  }

  /** @param {unknown} self @param {unknown[]} args */
  dispatch(self, args) {
    const { list } = this
    const count = list.length
    for (let i = 0; i < count; i++) {
      const subscription = list[i]
      if (!subscription.live) continue
      if (subscription.once) this.remove((each) => each === subscription)
      subscription.handler.apply(self, args)
    }
  }
}

/**
 * Publish and subscribe, the event interface of clients and servers. Not an EventEmitter: nothing happens when nobody
 * listens, also for `error`. Types come from peers, so they are looked up in a Map and never as a property.
 */
class PubSub {
  /** @type {Map<string | symbol, Topic>} */
  #topics = new Map()
  /** @type {Topic | null} */
  #every = null
  /** The type published last, and its topic: events come in runs. @type {any} */
  #lastType
  /** @type {Topic | undefined} */
  #lastTopic
  #refusedHandler

  /** @param {import('./profile').Profile} profile */
  constructor(profile) {
    this.#refusedHandler = profile.refusedHandler
  }

  /**
   * Calls `handler` for each event of the type, or with `(type, ...args)` for every event if the type is `*`.
   * @param {any} type
   * @param {Function} handler
   * @param {boolean} [once] only for the next one
   */
  on(type, handler, once = false) {
    if (typeof handler !== 'function') throw this.#refusedHandler(handler)
    this.#topic(type).add(handler, Boolean(once))
    return this
  }

  /** @param {any} type @param {Function} handler */
  once(type, handler) {
    return this.on(type, handler, true)
  }

  /**
   * Removes every registration of `handler` for the type, or all handlers of the type if `handler` is `*`.
   * @param {any} type
   * @param {Function | '*'} handler
   */
  off(type, handler) {
    const topic = type === ALL ? this.#every : this.#topics.get(keyOf(type))
    if (!topic) return this
    if (handler !== ALL && typeof handler !== 'function') throw this.#refusedHandler(handler)
    topic.remove((subscription) => handler === ALL || subscription.handler === handler)
    if (topic.list.length > 0) return this
    if (type === ALL) {
      this.#every = null
    } else {
      this.#topics.delete(keyOf(type))
      this.#lastTopic = undefined
    }
    return this
  }

  /**
   * Calls the handlers: those of `*` first, then those of the type. Arguments beyond `a` and `b` reach the handlers too.
   * Runs for each message received, hence neither rest parameters nor a list where one handler and up to two arguments do.
   * @param {any} type
   * @param {any} [a]
   * @param {any} [b]
   */
  publish(type, a, b) {
    const count = arguments.length
    if (this.#every !== null || count > 3) return this.#publishAll(arguments)
    let topic = this.#lastTopic
    if (type !== this.#lastType || topic === undefined) {
      topic = this.#topics.get(type)
      if (topic === undefined) return typeof type === 'string' ? this : this.#publishAll(arguments)
      this.#lastType = type
      this.#lastTopic = topic
    }
    const { only } = topic
    if (only === null) topic.dispatch(this, count === 2 ? [a] : count === 3 ? [a, b] : [])
    else if (count === 2) only.call(this, a)
    else if (count === 3) only.call(this, a, b)
    else only.call(this)
    return this
  }

  /** The handlers by type, a copy. */
  get _events_() {
    /** @type {Record<string | symbol, Function[]>} */
    const events = Object.create(null)
    if (this.#every !== null) events[ALL] = this.#every.list.map(({ handler }) => handler)
    for (const [type, { list }] of this.#topics) events[type] = list.map(({ handler }) => handler)
    return events
  }

  /** @param {any} type */
  #topic(type) {
    if (type === ALL) return (this.#every ??= new Topic())
    const key = keyOf(type)
    let topic = this.#topics.get(key)
    if (topic === undefined) this.#topics.set(key, (topic = new Topic()))
    return topic
  }

  /** @param {ArrayLike<any>} published the type and the arguments */
  #publishAll(published) {
    const event = Array.from(published)
    const type = event[0]
    if (this.#every !== null) this.#every.dispatch(this, event)
    // A peer may send anything as a type. What has no name of its own as a string is for the wildcard only:
    // asking it for one could throw.
    const named = typeof type !== 'object' || type === null
    const topic = named ? this.#topics.get(keyOf(type)) : undefined
    if (topic !== undefined) topic.dispatch(this, event.slice(1))
    return this
  }
}

/**
 * Types that are not strings are named like properties: 5 is '5', undefined is 'undefined'.
 * @param {any} type
 * @returns {string | symbol}
 */
function keyOf(type) {
  return typeof type === 'string' || typeof type === 'symbol' ? type : `${type}`
}

// The other names 9.x has for the same.
Object.defineProperties(PubSub.prototype, {
  subscribe: { value: PubSub.prototype.on, writable: true, configurable: true },
  unSubscribe: { value: PubSub.prototype.off, writable: true, configurable: true },
  trigger: { value: PubSub.prototype.publish, writable: true, configurable: true }
})

module.exports = { PubSub }
