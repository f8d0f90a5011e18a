'use strict'

const { mixed } = require('../common/mixed')

const TYPES = ['m', 'message', 'app.event', 'tÿpe €', 'with space', 'x'.repeat(200)]

/** `count` pairs of type and data. */
const messages = mixed(TYPES, ['\f', 'a\fb'])

/** What becomes of data that a peer of a generation (9 or 14) emits. */
function emitted(data, generation) {
  if (data === undefined || (generation === 9 && !data && data !== 0 && data !== false)) return {}
  return data
}

module.exports = { messages, emitted, TYPES }
