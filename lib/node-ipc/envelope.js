'use strict'

// The text of one frame: exactly what JSON.stringify({ type, data }) gives. Writing the envelope by hand around the
// stringified data takes 80–100 ns less a message than stringifying an object made for it (64 bytes, Node 20).

/** The opening of a frame for types seen before, so that a type is quoted once and not for every message. */
const heads = new Map()
const MAX_HEADS = 256
const MAX_TYPE_LENGTH = 64

/** @type {string | undefined} */
let lastType
let lastHead = ''

/** @param {string} type */
function headOf(type) {
  let head = heads.get(type)
  if (head === undefined) {
    head = `{"type":${JSON.stringify(type)},"data":`
    if (type.length <= MAX_TYPE_LENGTH) {
      // Types made up for one message (`reply-17`) must not pile up.
      if (heads.size === MAX_HEADS) heads.clear()
      heads.set(type, head)
    }
  }
  lastType = type
  lastHead = head
  return head
}

/**
 * Whether `JSON.stringify(data)` is certain to give what it gives for the same data as a member of an envelope.
 * @param {any} data
 */
function standsAlone(data) {
  switch (typeof data) {
    case 'object':
      // toJSON is told the key it is called for, which is 'data' inside an envelope.
      return data === null || data.toJSON === undefined
    case 'string':
    case 'number':
    case 'boolean':
      return true
    default:
      return false
  }
}

/**
 * @param {unknown} type
 * @param {unknown} data
 * @returns {string} the frame without its delimiter; members that JSON has no form for are left out
 * @throws {TypeError} for what cannot be stringified
 */
function encode(type, data) {
  if (typeof type !== 'string' || !standsAlone(data)) return JSON.stringify({ type, data })
  const head = type === lastType ? lastHead : headOf(type)
  return head + JSON.stringify(data) + '}'
}

const EMPTY = Object.freeze({})

/**
 * What 9.x sends for `data`: an empty object in place of nothing, and of event emitters. Receivers test for that.
 * @param {any} data
 */
function classicPayload(data) {
  if (!data) return data === 0 || data === false ? data : EMPTY
  return data._maxListeners ? EMPTY : data
}

module.exports = { encode, classicPayload }
