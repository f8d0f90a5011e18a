'use strict'

/**
 * Rows: objects that have the same plain values as members. They are not stringified: their values are gathered here, and
 * cross many at a time; what they have in common, their form, is told to the native half once (src/core/form.rs).
 */

const { isBoxedPrimitive, isProxy } = require('node:util/types')

/** Values gathered at a time, and units of text. 6 KiB each. */
const VALUES = 512
const TEXT = 6 * 1024

/** Units of a text from which on it is not gathered: to copy it costs what is saved. */
const LONG = 1024

/** Members from which on `JSON.stringify` is as quick. */
const WIDEST = 16

/** Forms the native side keeps. */
const KEPT = 64

/** Most bytes of a number (`-1.7976931348623157e+308`), of a unit of text (`\u0000`), and of what is around a text. */
const NUMBER_BYTES = 24
const UNIT_BYTES = 6
const QUOTES = 2

/** Numbers between these are written the same way on both sides. */
const SMALL = 1e-5
const LARGE = 1e15

/** What stands for a value in `marks`, as src/core/form.rs has it; for a text it is its length. */
const NUMBER = -1
const TRUE = -2
const FALSE = -3
const NULL = -4
const WRITTEN = -5

/** Before the marks of the values; see src/node/raw/filling.rs. */
const FORM = 4
const COUNT = 5
const HEADER = 6

const marks = new Int32Array(HEADER + VALUES)
const numbers = new Float64Array(VALUES)

const plain = Object.prototype
const { getPrototypeOf, hasOwn } = Object

/** The members of each form, by number. @type {string[][]} */
const forms = []

/** The native functions. @type {any} */
let calls

/** The members that are expected. @type {string[]} */
let names = []
/** What is gathered: so many values, bytes at the most, and their texts. */
let values = 0
let bytes = 0
let text = ''
/** Counts what changes any of these. */
let changes = 0

/** The object that was refused last: how many of its members have been gathered, from where on, and their texts. */
let first = 0
let read = 0
let texts = ''
/** The others, as they were before any getter was called. @type {string[]} */
let others = []
/** The value of the next of them, if that was asked for. */
let asked = false
let last

/** An object is being asked, and its getters may do anything. */
let asking = false
/** Somebody gathers rows of one object after the other. */
let held = false

/** Objects with these members are expected from now on; what was gathered has been taken. @param {string[]} members */
exports.begin = function begin(members) {
  changes++
  names = members
  marks[FORM] = formOf(members)
}

/**
 * Gathers the values of an object, if it is as expected. Getters are called, each once; see `instead`.
 *
 * @param {any} row
 * @returns {boolean}
 */
exports.add = function add(row) {
  asking = true
  try {
    return gather(row)
  } finally {
    asking = false
  }
}

function gather(row) {
  if (row === null || typeof row !== 'object' || Array.isArray(row)) return refuse(0, 0, '')
  if (row.toJSON !== undefined || getPrototypeOf(row) !== plain) return refuse(0, 0, '')
  const before = changes
  const start = values
  const prefix = text.length
  let added = text
  let member = 0
  let size = 0
  let refused = false
  for (const name in row) {
    if (refused) {
      others.push(name)
      continue
    }
    if (name !== names[member]) {
      refuse(start, member, added.slice(prefix))
      // Nothing of it has been asked for: who stringifies it finds all there is.
      if (member === 0) return false
      refused = true
      others.push(name)
      continue
    }
    const value = row[name]
    const at = start + member
    if (typeof value === 'number') {
      size += NUMBER_BYTES
      const amount = value < 0 ? -value : value
      if (amount < LARGE && (amount >= SMALL || amount === 0)) {
        marks[HEADER + at] = NUMBER
        numbers[at] = value
      } else if (amount < Infinity) {
        const written = `${value}`
        marks[HEADER + at] = WRITTEN - written.length
        added += written
      } else {
        marks[HEADER + at] = NULL
      }
    } else if (typeof value === 'string' && value.length < LONG) {
      size += value.length * UNIT_BYTES + QUOTES
      marks[HEADER + at] = value.length
      added += value
    } else {
      if (value === true) marks[HEADER + at] = TRUE
      else if (value === false) marks[HEADER + at] = FALSE
      else if (value === null) marks[HEADER + at] = NULL
      else {
        refuse(start, member, added.slice(prefix))
        refused = asked = true
        last = value
        continue
      }
      size += NUMBER_BYTES
    }
    member++
  }
  if (refused) return false
  // What a getter has done may have had taken what was here, and the last ones may be members that all objects have.
  if (member !== names.length || before !== changes || !hasOwn(row, names[member - 1])) {
    return refuse(start, member, added.slice(prefix))
  }
  changes++
  values += member
  bytes += size
  text = added
  return true
}

/** So many members have been gathered, from where on, with these texts; what follows has to be added. */
function refuse(start, members, gathered) {
  first = start
  read = members
  texts = gathered
  others = []
  asked = false
  last = undefined
  return false
}

/**
 * What is to be stringified in the place of the object that `add` has just refused: a copy, if it has getters, which are not
 * called again.
 *
 * @param {any} row
 * @returns {any}
 */
exports.instead = function instead(row) {
  asking = true
  try {
    return hasAsked(row) ? copyOf(row) : row
  } finally {
    asking = false
    last = undefined
  }
}

/** Whether a getter has been called. */
function hasAsked(row) {
  const until = asked ? read + 1 : read
  for (let at = 0; at < until; at++) {
    if (Object.getOwnPropertyDescriptor(row, names[at])?.get !== undefined) return true
  }
  return false
}

function copyOf(row) {
  const copy = Object.create(null)
  const add = (name, value) => {
    if (hasOwn(row, name)) copy[name] = value
  }
  let unit = 0
  const take = (units) => texts.slice(unit, (unit += units))
  for (let at = 0; at < read; at++) add(names[at], gathered(first + at, take))
  if (asked) add(names[read], last)
  for (const name of others) add(name, row[name])
  return copy
}

function gathered(at, take) {
  const mark = marks[HEADER + at]
  switch (mark) {
    case NUMBER:
      return numbers[at]
    case TRUE:
      return true
    case FALSE:
      return false
    case NULL:
      return null
    default:
      return mark >= 0 ? take(mark) : Number(take(WRITTEN - mark))
  }
}

/** Whether somebody else may not gather anything now. */
exports.isBusy = () => asking || held

/** @param {boolean} on */
exports.hold = function hold(on) {
  held = on
  if (!on) clear()
}

/** What is gathered, or being gathered, is no more. */
exports.clear = clear

/** Whether nothing is gathered. */
exports.isEmpty = () => values === 0

/** Whether there may be no place for one more. */
exports.isFull = () => values > VALUES - names.length || text.length >= TEXT

/** How many bytes what is gathered is at the most, besides what all have in common. */
exports.size = () => bytes

/**
 * Takes what is gathered.
 *
 * @template T
 * @param {(marks: Int32Array, numbers: Float64Array, text: string) => T} taker
 * @returns {T | undefined}
 */
exports.take = function take(taker) {
  if (values === 0) return undefined
  marks[COUNT] = values
  const gathered = text
  clear()
  return taker(marks, numbers, gathered)
}

function clear() {
  changes++
  values = bytes = 0
  text = ''
}

/**
 * The members of an object, if others with such values can be gathered; else null. Getters are not called to find out.
 *
 * @param {any} row
 * @returns {string[] | null}
 */
exports.membersOf = function membersOf(row) {
  if (row === null || typeof row !== 'object' || isProxy(row) || getPrototypeOf(row) !== plain) return null
  if (row.toJSON !== undefined || Array.isArray(row) || isBoxedPrimitive(row)) return null
  const members = Object.keys(row)
  if (members.length === 0 || members.length > WIDEST) return null
  // What is kept of forms has a limit.
  if (members.some((name) => name.length >= LONG)) return null
  return members.every((name) => isPlain(Object.getOwnPropertyDescriptor(row, name)?.value)) ? members : null
}

function isPlain(value) {
  switch (typeof value) {
    case 'string':
      return value.length < LONG
    case 'number':
    case 'boolean':
      return true
    default:
      return value === null
  }
}

/** The number of a form, which the native side is told first. */
function formOf(members) {
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

/** @internal @param {any} natives */
exports.use = function use(natives) {
  calls = natives
}

exports.marks = marks
