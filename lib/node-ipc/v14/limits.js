'use strict'

// The options of the guarded parsers, checked where a parser is made.

/** @param {any} config @param {string} key @returns {number} */
function limitOf(config, key) {
  const value = config[key]
  if (value === Infinity || (Number.isInteger(value) && value > 0)) return value
  throw new TypeError(`ipc.config.${key} must be a positive integer or Infinity`)
}

/** @param {any} config @returns {number} milliseconds; 0 is no limit */
function timeoutOf(config) {
  return config.messageTimeout === 0 ? 0 : limitOf(config, 'messageTimeout')
}

/** @param {any} config @returns {string} */
function delimiterOf({ delimiter }) {
  if (typeof delimiter === 'string' && delimiter !== '') return delimiter
  throw new TypeError('ipc.config.delimiter must be a non-empty string')
}

/** @param {any} config @returns {Set<any>} a copy, so that the list is what it was */
function allowedOf({ allowedEvents }) {
  const listed = Array.isArray(allowedEvents) || allowedEvents instanceof Set
  const allowed = listed ? new Set(allowedEvents) : new Set()
  if (allowed.size > 0) return allowed
  throw new TypeError('ipc.config.allowedEvents must be a non-empty Array or Set for the assured parser')
}

module.exports = { limitOf, timeoutOf, delimiterOf, allowedOf }
