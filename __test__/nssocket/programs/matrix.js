'use strict'

// The messages of the interoperation tests: the same for everybody.

const SMALL = [
  ['m', 'plain'],
  ['m', undefined],
  ['m', null],
  ['m', ''],
  ['m', 0],
  ['m', -1.5e300],
  ['m', true],
  ['m', false],
  ['m', {}],
  ['m', []],
  ['m', [1, 2]],
  ['m', [[1, [2]], { a: [3] }]],
  ['m', { nested: { list: [null, [], {}], text: 'é€😀 中文' } }],
  ['m', '\n'],
  ['m', 'a\nb\r\nc\r'],
  ['m', '"quoted" \\ \u0000 \u2028 \ufeff'],
  ['m', 'lone \ud800'],
  [['with space', 'tÿpe €', '😀'], 1],
  [['a::b', 'c'], 'not split'],
  ['a::b::c', 'split'],
  [['', 'empty'], 1],
  [Array(50).fill('long'), 'name'],
  [['x'.repeat(200)], 'x']
]

const LARGE = [1, 511, 512, 65535, 65536, 65537, 1 << 20].flatMap((size) => [
  ['size', 'x'.repeat(size)],
  ['size', 'é'.repeat(size)]
])

/** `[name, data]` of each message. */
const messages = (set) => (set === 'small' ? SMALL : [...SMALL, ...LARGE, ...SMALL])

/** What goes over the wire for a message. */
const frame = (name, data) =>
  (typeof name === 'string' ? name.split('::') : name).concat(data === undefined ? null : data)

/** What comes back of a message when the other end sends what it received. */
function echoed(name, data) {
  const [there, payload] = split(frame(name, data))
  return JSON.parse(JSON.stringify(frame(there, payload)))
}

const split = (elements) => [elements.slice(0, -1), elements.at(-1)]

module.exports = { messages, echoed }
