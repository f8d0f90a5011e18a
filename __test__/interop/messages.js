'use strict'

// The mixed messages of the interoperation tests: the same for everybody who knows how many.

const TYPES = ['m', 'message', 'app.event', 'tÿpe €', 'with space', 'x'.repeat(200)]

/** A small generator of numbers, so that every run and every process makes the same messages. */
function random(seed) {
  return (below) => {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0
    return Math.floor((seed / 2 ** 32) * below)
  }
}

const WORDS = [
  'plain',
  'é€😀',
  '\f',
  'a\fb',
  '"quoted" \\',
  '\n\r\t\0',
  '\u2028',
  '\ufeff',
  '中文'.repeat(20),
  'lone \ud800'
]

const KINDS = [
  (r) => WORDS[r(WORDS.length)],
  (r) => 'x'.repeat(r(300)),
  (r) => 'ü€'.repeat(r(300)),
  (r) => r(1e9) / 7,
  (r) => 0 - r(1000), // never -0, which JSON has no form for
  (r) => r(2) === 0,
  () => null,
  () => '',
  () => 0,
  () => undefined,
  (r) => Array.from({ length: r(50) }, (_, n) => n),
  (r) => ({ n: r(10), text: WORDS[r(WORDS.length)], list: [null, [], {}], nested: { a: { b: r(5) } } }),
  (r) => ({ id: `peer ${r(3)}`, empty: '' }),
  () => ({}),
  () => []
]

const LARGE = [65535, 65536, 65537, 1 << 20]

/** `count` pairs of type and data. */
function messages(count) {
  const r = random(count)
  return Array.from({ length: count }, (_, n) => {
    const data = n % 400 === 399 ? 'z'.repeat(LARGE[Math.floor(n / 400) % 4]) : KINDS[r(KINDS.length)](r)
    return [TYPES[r(TYPES.length)], data]
  })
}

/** What becomes of data that a peer of a generation (9 or 14) emits. */
function emitted(data, generation) {
  if (data === undefined || (generation === 9 && !data && data !== 0 && data !== false)) return {}
  return data
}

module.exports = { messages, emitted, TYPES }
