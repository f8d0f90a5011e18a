'use strict'

const { isBoxedPrimitive, isProxy } = require('node:util/types')

/** Units from which on a text is long. */
const LONG = 16 * 1024

/** Members an object may have and still be looked through. */
const WIDEST = 32

/**
 * The JSON of an object with long texts among its members, in parts: JSON and texts in turns, JSON first and last. V8
 * quotes a text unit by unit, which takes it as long as everything else that happens to such a message.
 *
 * @param {any} payload an object whose `toJSON` is undefined
 * @returns {string[] | null} null if it has none, or if only `JSON.stringify` can say what becomes of it
 */
function inParts(payload) {
  if (payload === null || isProxy(payload) || Array.isArray(payload) || isBoxedPrimitive(payload)) return null
  const keys = Object.keys(payload)
  if (keys.length > WIDEST || !keys.some((key) => isLong(valueOf(payload, key)))) return null
  try {
    return split(payload, keys)
  } catch {
    // `JSON.stringify` of the whole says what is wrong with it.
    return null
  }
}

function split(payload, keys) {
  const parts = []
  let json = '{'
  let comma = ''
  for (const key of keys) {
    const value = payload[key]
    if (isLong(value)) {
      parts.push(`${json}${comma}${JSON.stringify(key)}:`, value)
      json = ''
    } else {
      // Stringified as this member, for a `toJSON` that wants to know; left out if there is no JSON of it.
      const member = JSON.stringify({ [key]: value }).slice(1, -1)
      if (member === '') continue
      json += comma + member
    }
    comma = ','
  }
  parts.push(`${json}}`)
  return parts
}

const isLong = (value) => typeof value === 'string' && value.length >= LONG
// Getters are not called to find out.
const valueOf = (payload, key) => Object.getOwnPropertyDescriptor(payload, key)?.value

exports.LONG = LONG
exports.inParts = inParts
