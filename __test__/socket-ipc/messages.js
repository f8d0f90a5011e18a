'use strict'

// The mixed messages of the interoperation tests: the same for everybody who knows how many.

const TOPICS = ['m', 'message', 'app.event', 'tÿpe €', 'with space', '', 'x'.repeat(200)]

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
  '\0',
  'a\0\0b',
  '\0\0',
  '"quoted" \\',
  '\n\r\t\f',
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
  (r) => -r(1000) - 1,
  (r) => r(2) === 0,
  () => null,
  () => '',
  () => 0,
  () => 'x',
  () => undefined,
  (r) => Array.from({ length: r(50) }, (_, n) => n),
  (r) => ({ n: r(10), text: WORDS[r(WORDS.length)], list: [null, [], {}], nested: { a: { b: r(5) } } }),
  () => ({}),
  () => []
]

const LARGE = [65535, 65536, 65537, 1 << 20]

/** `count` pairs of topic and message. */
function messages(count) {
  const r = random(count)
  return Array.from({ length: count }, (_, n) => {
    const message =
      n % 400 === 399
        ? 'zé'.repeat(1 << 20).slice(0, LARGE[Math.floor(n / 400) % 4])
        : KINDS[r(KINDS.length)](r)
    return [TOPICS[r(TOPICS.length)], message]
  })
}

module.exports = { messages, TOPICS }
