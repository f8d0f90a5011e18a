'use strict'

// The mixed messages of the interoperation tests: the same for everybody who knows how many.

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
  '"quoted" \\',
  '\n\r\t\0\f',
  '\u2028',
  '\ufeff',
  '中文'.repeat(20),
  'lone \ud800'
]

const KINDS = [
  (r, words) => words[r(words.length)],
  (r) => 'x'.repeat(r(300)),
  (r) => 'ü€'.repeat(r(300)),
  (r) => r(1e9) / 7,
  (r) => 0 - r(1000), // never -0, which JSON has no form for
  (r) => r(2) === 0,
  () => null,
  () => '',
  () => 0,
  () => 'x',
  () => undefined,
  (r) => Array.from({ length: r(50) }, (_, n) => n),
  (r, words) => ({
    n: r(10),
    text: words[r(words.length)],
    list: [null, [], {}],
    nested: { a: { b: r(5) } }
  }),
  (r) => ({ id: `peer ${r(3)}`, empty: '' }),
  () => ({}),
  () => []
]

const LARGE = [65535, 65536, 65537, 1 << 20]

/**
 * `messages(count)`: so many pairs of a name and a payload; `words` are what a dialect's framing might stumble over, `fill` is what
 * large texts are made of.
 */
function mixed(names, words, fill = 'z') {
  const all = [...WORDS, ...words]
  return (count) => {
    const r = random(count)
    return Array.from({ length: count }, (_, n) => {
      const payload =
        n % 400 === 399
          ? fill.repeat(1 << 20).slice(0, LARGE[Math.floor(n / 400) % 4])
          : KINDS[r(KINDS.length)](r, all)
      return [names[r(names.length)], payload]
    })
  }
}

module.exports = { mixed }
