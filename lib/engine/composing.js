'use strict'

/**
 * Large messages: V8 quotes a text unit by unit, and looks up each member of each row of a table. Long texts and tables are
 * left to the native half, which puts them between the JSON of the rest.
 */

const { isBoxedPrimitive, isProxy } = require('node:util/types')

const { close } = require('./bursts')
const rows = require('./rows')

/** Units from which on a text is long. */
const LONG = 16 * 1024

/** Objects from which on an array is a table. */
const TALL = 16

/** Members an object may have and still be looked through, and how many objects deep. */
const WIDEST = 32
const DEEPEST = 3

/** Since Node 22. @type {(value: unknown) => boolean} */
const isRawJSON = /** @type {any} */ (JSON).isRawJSON ?? (() => false)

/** The native functions. @type {any} */
let calls

/** JSON that has not been handed over yet. */
let json = ''

/**
 * Composes the JSON of a payload whose `toJSON` is undefined, for `sendComposed`.
 *
 * @param {number} head the number of its envelope
 * @param {any} payload
 * @returns {boolean} false if there is nothing large in it, or if only `JSON.stringify` can say what becomes of it
 */
exports.compose = function compose(head, payload) {
  // By a getter of one that is being composed, or gathered.
  if (rows.isBusy() || !isLarge(payload, DEEPEST)) return false
  // The objects by which parts are stringified would have it too.
  if ('toJSON' in Object.prototype) return false
  close()
  rows.hold(true)
  calls.compose(head)
  try {
    large(payload, DEEPEST)
    handOver()
    return true
  } catch {
    // `JSON.stringify` of the whole says what is wrong with it; what there is of it is let go.
    calls.sendComposed(0)
    return false
  } finally {
    json = ''
    rows.hold(false)
  }
}

/** Whether it is worth it. Getters are not called to find out. */
function isLarge(value, depth) {
  if (typeof value === 'string') return value.length >= LONG
  if (typeof value !== 'object' || value === null || isProxy(value) || value.toJSON !== undefined)
    return false
  if (Array.isArray(value)) return isTable(value)
  if (depth === 0 || isBoxedPrimitive(value) || isRawJSON(value)) return false
  const keys = Object.keys(value)
  return keys.length <= WIDEST && keys.some((key) => isLarge(valueOf(value, key), depth - 1))
}

/** Whether an array seems to be one of objects that are alike. */
function isTable(array) {
  const { length } = array
  if (length < TALL) return false
  const names = rows.membersOf(valueOf(array, 0))
  if (names === null || !isLike(names, valueOf(array, length - 1))) return false
  // Where many are not alike `JSON.stringify` is up to three times as quick.
  for (let at = length >> 1; at >= TALL >> 1; at >>= 3) {
    if (!isLike(names, valueOf(array, at))) return false
  }
  return true
}

function isLike(names, value) {
  const others = rows.membersOf(value)
  return others !== null && others.length === names.length && others.every((name, at) => name === names[at])
}

const valueOf = (object, key) => Object.getOwnPropertyDescriptor(object, key)?.value

function large(value, depth) {
  if (typeof value === 'string') {
    handOver()
    calls.composeText(value)
  } else if (Array.isArray(value)) {
    table(value)
  } else {
    object(value, depth)
  }
}

function object(value, depth) {
  let separator = '{'
  for (const key of Object.keys(value)) {
    const member = value[key]
    if (isLarge(member, depth - 1)) {
      json += `${separator}${JSON.stringify(key)}:`
      large(member, depth - 1)
    } else {
      // Stringified as this member, for a `toJSON` that wants to know; left out if there is no JSON of it.
      const inside = JSON.stringify({ [key]: member }).slice(1, -1)
      if (inside === '') continue
      json += separator + inside
    }
    separator = ','
  }
  json += separator === '{' ? '{}' : '}'
}

function table(array) {
  const { length } = array
  rows.begin(Object.keys(array[0]))
  json += `[${element(array[0], 0)}`
  for (let at = 1; at < length; at++) {
    const row = array[at]
    if (rows.add(row)) {
      if (rows.isFull()) handOver()
    } else {
      const instead = rows.instead(row)
      if (!rows.isEmpty()) handOver()
      json += `,${element(instead, at)}`
    }
  }
  handOver()
  json += ']'
}

/** The JSON of an element, of which `toJSON` may want to know which it is. */
function element(value, at) {
  if (value !== null && typeof value === 'object' && value.toJSON === undefined) return JSON.stringify(value)
  const inside = JSON.stringify({ [at]: value })
  return inside === '{}' ? 'null' : inside.slice(`{"${at}":`.length, -1)
}

/** What is there so far: JSON, then rows. */
function handOver() {
  if (json !== '') {
    calls.composeJson(json)
    json = ''
  }
  rows.take(calls.composeRows)
}

/** @internal @param {any} natives */
exports.use = function use(natives) {
  calls = natives
}

exports.LONG = LONG
