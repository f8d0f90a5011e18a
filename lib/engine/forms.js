'use strict'

/**
 * Forms: messages of a burst that all have the same members are not stringified. What they have in common is told to the native
 * half once (src/core/form.rs); their values are gathered here, and handed over many at a time, at the latest when the turn
 * of the loop ends.
 */

const { isBoxedPrimitive, isProxy } = require('node:util/types')

/** Values gathered at a time, and units of text. 6 KiB each. */
const VALUES = 512
const TEXT = 6 * 1024

/** Units of a text from which on it is not gathered: copying it costs what is saved. */
const LONG = 1024

/** Members from which on `JSON.stringify` is as quick. */
const WIDEST = 16

/** Forms the native side keeps. */
const KEPT = 64

/** Messages that a form has to be good for, and how many bursts are not tried after one that was not. */
const WORTH = 8
const PATIENCE = 32

/** Most bytes of a number, and of a unit of text: `-1.7976931348623157e+308`, `\u0000`. */
const NUMBER_BYTES = 24
const UNIT_BYTES = 6

/** What stands for a value in `marks`, as src/core/form.rs explains it; for a text it is its length. */
const INTEGER = -1
const TRUE = -2
const FALSE = -3
const NULL = -4
const DECIMAL = -5

/** Before the marks; see src/node/raw/filling.rs. */
const ROOM = 0
const OVERHEAD = 1
const CONNECTION = 2
const HEAD = 3
const FORM = 4
const COUNT = 5
const HEADER = 6

const marks = new Int32Array(HEADER + VALUES)
const numbers = new Float64Array(VALUES)

const plain = Object.prototype
const { getPrototypeOf } = Object
const { isSafeInteger } = Number

/** The members of each form, by number. @type {string[][]} */
const forms = []

/** The native functions. @type {any} */
let calls

/** For which connection messages are gathered, 0 for none, and in which envelope. */
let open = 0
let head = 0
/** The members that they have. @type {string[]} */
let names = []
/** What is gathered: so many messages, values, bytes at the most, and their texts. */
let messages = 0
let values = 0
let bytes = 0
let text = ''
/** Bytes that may wait before the sender should pause, and those of a message besides its values. */
let room = 0
let overhead = 0
/** Messages that were gathered for this form. */
let taken = 0
/** Counts what changes any of these. */
let changes = 0
/** Bursts that are not tried. */
let refused = 0
/** Values of the members that the last message was asked for, so many. @type {unknown[]} */
const seen = []
let read = 0
let adding = false

/**
 * Gathers a message, if it is one more of those being gathered. If it is for the same connection but no such message, these
 * are handed over: it comes after them.
 *
 * @param {number} connection
 * @param {number} envelope
 * @param {any} payload
 * @returns {boolean | object | undefined} what `sendEvent` returns; undefined if the message is still to be sent, or what is to be
 *   sent in its place
 */
exports.fill = function fill(connection, envelope, payload) {
  if (connection !== open) return undefined
  if (adding) {
    // By a getter of the message that is being looked at, which comes after this one.
    close()
    return undefined
  }
  if (envelope === head && look(payload)) {
    // Below the mark it has to be certain that it stays so; above, a drain is owed, before which nobody is told anything else.
    const certain = bytes < room || room === 0
    if (!certain || values > VALUES - names.length || text.length >= TEXT) handOver()
    return room > 0
  }
  const instead = read > 0 && hasGetters(payload) ? copyOf(payload) : undefined
  seen.length = 0
  close()
  return instead
}

function look(payload) {
  read = 0
  adding = true
  try {
    return add(payload)
  } finally {
    adding = false
  }
}

/** Whether `payload` has just the members that are expected, and values that can be told. Getters are called, once. */
function add(payload) {
  if (payload === null || getPrototypeOf(payload) !== plain) return false
  const before = changes
  const start = values
  let member = 0
  let size = overhead
  let added = text
  for (const name in payload) {
    if (name !== names[member]) return false
    const value = payload[name]
    seen[read++] = value
    const at = start + member
    if (typeof value === 'number') {
      size += NUMBER_BYTES
      if (isSafeInteger(value)) {
        marks[HEADER + at] = INTEGER
        numbers[at] = value
      } else if (value - value === 0) {
        const decimal = `${value}`
        marks[HEADER + at] = DECIMAL - decimal.length
        added += decimal
      } else {
        marks[HEADER + at] = NULL
      }
    } else if (typeof value === 'string') {
      if (value.length >= LONG) return false
      size += value.length * UNIT_BYTES
      marks[HEADER + at] = value.length
      added += value
    } else {
      if (value === true) marks[HEADER + at] = TRUE
      else if (value === false) marks[HEADER + at] = FALSE
      else if (value === null) marks[HEADER + at] = NULL
      else return false
      size += NUMBER_BYTES
    }
    member++
  }
  // A getter may have sent something, too.
  if (member !== names.length || before !== changes) return false
  changes++
  values += member
  bytes += size
  text = added
  messages++
  return true
}

const hasGetters = (payload) =>
  Object.values(Object.getOwnPropertyDescriptors(payload)).some(({ get }) => get !== undefined)

/** The same members with the values they have had, where these were asked for: getters are not called again. */
function copyOf(payload) {
  const copy = Object.create(null)
  for (const [at, name] of Object.keys(payload).entries()) {
    copy[name] = at < read ? seen[at] : payload[name]
  }
  return copy
}

/**
 * Messages like this one are to be gathered from now on, if that can be done.
 *
 * @param {number} connection
 * @param {number} envelope
 * @param {any} payload
 */
exports.open = function begin(connection, envelope, payload) {
  if (refused > 0) {
    refused--
    return
  }
  const members = membersOf(payload)
  if (members === null) return
  close()
  changes++
  marks[CONNECTION] = connection
  marks[HEAD] = envelope
  marks[FORM] = numberOf(members)
  calls.gather(marks)
  room = marks[ROOM]
  overhead = marks[OVERHEAD]
  if (room < 0) return
  open = connection
  head = envelope
  names = members
  taken = 0
}

/** The members of an object that can be gathered, null of anything else. Getters are not called to find out. */
function membersOf(payload) {
  if (payload === null || getPrototypeOf(payload) !== plain) return null
  if (isProxy(payload) || Array.isArray(payload) || isBoxedPrimitive(payload)) return null
  const members = Object.keys(payload)
  if (members.length === 0 || members.length > WIDEST) return null
  for (const name of members) {
    const value = Object.getOwnPropertyDescriptor(payload, name)?.value
    if (value === undefined || (typeof value === 'object' && value !== null)) return null
    if (typeof value === 'string' && value.length >= LONG) return null
  }
  return members
}

/** The number of a form, which the native side is told first. */
function numberOf(members) {
  const known = forms.findIndex(
    (form) => form.length === members.length && form.every((name, at) => name === members[at])
  )
  if (known !== -1) return known
  if (forms.length === KEPT) forms.length = 0
  const parts = members.map((name, at) => `${at === 0 ? '{' : ','}${JSON.stringify(name)}:`)
  // JSON has no line breaks in it.
  calls.form(forms.length, `${parts.join('\n')}\n}`)
  return forms.push(members) - 1
}

function handOver() {
  if (messages === 0) return
  marks[COUNT] = values
  const gathered = text
  taken += messages
  changes++
  messages = values = bytes = 0
  text = ''
  calls.fillForm(marks, numbers, gathered)
  room = marks[ROOM]
  // It has closed meanwhile.
  if (room < 0) open = 0
}

/** Nothing is gathered any more. */
function close() {
  if (open === 0) return
  open = 0
  handOver()
  if (taken < WORTH) refused = PATIENCE
}

/** What was sent on `connection` so far has been handed over after this. @param {number} connection */
exports.settle = function settle(connection) {
  if (connection === open) close()
}

/** @internal */
exports.close = close

/** @internal @param {any} natives */
exports.use = function use(natives) {
  calls = natives
}
