'use strict'

const bursts = require('./bursts')
const { calls } = require('./crossing')

/** Names of one envelope whose beginning the native side keeps. */
const KEPT = 256
const MAX_NAME_LENGTH = 64

/** Numbers given to envelopes so far; 0 is none. */
let taken = 1

/**
 * The object around the payload of a message: two members, a name and a payload, in this order. What it makes is exactly
 * what `JSON.stringify` makes of an object of these two; putting it around the stringified payload by hand takes
 * 80–100 ns less a message (64 bytes, Node 20), and leaving that to the native side as much again.
 *
 * As the `envelope` of a protocol it also has the native side take such frames apart, so that only payloads are parsed:
 * the receiver's `event(name, payload, connection)` is called for them, and `message` for any other frame.
 */
class Envelope {
  #members
  #opening
  #middle
  /** The first number of this envelope. */
  #base
  /** Numbers of names seen before. */
  #heads = new Map()
  #lastName
  #lastHead = 0

  /**
   * @param {string} name what the member is called that holds the name of the event or topic
   * @param {string} payload what the other one is called
   */
  constructor(name, payload) {
    this.#members = { name, payload }
    this.#opening = `{${JSON.stringify(name)}:`
    this.#middle = `,${JSON.stringify(payload)}:`
    this.#base = taken
    taken += KEPT
  }

  /** @internal For the native side: what the members are called, as JSON. */
  get native() {
    const { name, payload } = this.#members
    return { name: JSON.stringify(name), payload: JSON.stringify(payload) }
  }

  /**
   * The text of one frame, without what ends it.
   *
   * @param {unknown} name
   * @param {unknown} payload members that JSON has no form for are left out
   * @returns {string}
   * @throws {TypeError} for what cannot be stringified
   */
  stringify(name, payload) {
    const members = this.#members
    if (typeof name !== 'string' || !standsAlone(payload))
      return JSON.stringify({ [members.name]: name, [members.payload]: payload })
    return this.around(JSON.stringify(name), JSON.stringify(payload))
  }

  /** The same of what is stringified already. @param {string} name @param {string} payload */
  around(name, payload) {
    return this.#opening + name + this.#middle + payload + '}'
  }

  /**
   * @internal The number by which the native side knows what comes before this payload, 0 if it does not.
   * @param {unknown} name @param {unknown} payload
   */
  head(name, payload) {
    if (!standsAlone(payload)) return 0
    return name === this.#lastName ? this.#lastHead : this.#lookUp(name)
  }

  /** @param {unknown} name */
  #lookUp(name) {
    // Names made up for one message (`reply-17`) must not pile up.
    if (typeof name !== 'string' || name.length > MAX_NAME_LENGTH) return 0
    let head = this.#heads.get(name)
    if (head === undefined) {
      if (this.#heads.size === KEPT) {
        // Numbers are given again, and that of a burst may be.
        bursts.close()
        this.#heads.clear()
      }
      head = this.#base + this.#heads.size
      this.#heads.set(name, head)
      calls.head(head, this.#opening + JSON.stringify(name) + this.#middle)
    }
    this.#lastName = name
    this.#lastHead = head
    return head
  }
}

/**
 * Whether `JSON.stringify(payload)` is certain to give what it gives for the same payload as a member of an envelope.
 * @param {any} payload
 */
function standsAlone(payload) {
  switch (typeof payload) {
    case 'object':
      // toJSON is told the key it is called for.
      return payload === null || payload.toJSON === undefined
    case 'string':
    case 'number':
    case 'boolean':
      return true
    default:
      return false
  }
}

exports.Envelope = Envelope
