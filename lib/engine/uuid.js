'use strict'

/** So many are made together; kept ones hold the text of all of them, 9 KiB. */
const TOGETHER = 256

/** Where the digits of each byte stand. */
const PLACES = [0, 2, 4, 6, 9, 11, 14, 16, 19, 21, 24, 26, 28, 30, 32, 34]
const DIGITS = Buffer.from('0123456789abcdef')
const LENGTH = 36

const bytes = Buffer.alloc(16 * TOGETHER)
const text = Buffer.alloc(LENGTH * TOGETHER, '-')

let made = ''
let next = Infinity

function make() {
  // Not before: to load it takes longer than to load the engine.
  require('node:crypto').randomFillSync(bytes)
  for (let from = 0, to = 0; to < text.length; from += 16, to += LENGTH) {
    bytes[from + 6] = (bytes[from + 6] & 0x0f) | 0x40
    bytes[from + 8] = (bytes[from + 8] & 0x3f) | 0x80
    for (let at = 0; at < 16; at++) {
      const byte = bytes[from + at]
      text[to + PLACES[at]] = DIGITS[byte >> 4]
      text[to + PLACES[at] + 1] = DIGITS[byte & 15]
    }
  }
  made = text.latin1Slice()
  next = 0
}

/** A UUID of version 4. `crypto.randomUUID` puts each together of twenty strings, which takes twice as long and has to be undone. */
exports.uuid = function uuid() {
  if (next >= made.length) make()
  const from = next
  next += LENGTH
  return made.slice(from, next)
}
