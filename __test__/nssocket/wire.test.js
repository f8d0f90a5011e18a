'use strict'

const test = require('ava')
const { eachEnd, pair, messages } = require('./support')
const { eachTransport, local } = require('../common/places')

/** `[name, data, text of the frame]` of what each number is about. */
const VECTORS = {
  'NS-2: the bytes of an event': [
    [['you', 'there'], { x: 1 }, '["you","there",{"x":1}]'],
    [[], 'x', '["x"]'],
    ['a', 'line\nbreak "quoted" \\', '["a","line\\nbreak \\"quoted\\" \\\\"]'],
    ['é€', '😀 \u2028 \ud800', '["é€","😀 \u2028 \\ud800"]'],
    ['a', false, '["a",false]'],
    ['a', 0, '["a",0]'],
    ['a', '', '["a",""]'],
    ['a', NaN, '["a",null]'],
    ['a', new Date(0), '["a","1970-01-01T00:00:00.000Z"]'],
    ['a', { toJSON: (key) => `at ${key}` }, '["a","at 1"]'],
    ['a', Symbol('s'), '["a",null]'],
    [[1, null, true], 'x', '[1,null,true,"x"]']
  ],
  'NS-3: strings and arrays as names': [
    [['a', 'b'], 1, '["a","b",1]'],
    ['a::b', 1, '["a","b",1]'],
    [['a::b', 'c'], 1, '["a::b","c",1]'],
    ['', 'x', '["","x"]']
  ],
  'NS-4: nothing to send is null': [
    ['a', undefined, '["a",null]'],
    ['a', null, '["a",null]'],
    ['a::b', undefined, '["a","b",null]']
  ],
  'NS-5: arrays are taken apart': [
    ['a', [1, 2], '["a",1,2]'],
    ['a', [], '["a"]'],
    ['a', [[1], { b: [2] }], '["a",[1],{"b":[2]}]']
  ]
}

for (const [title, vectors] of Object.entries(VECTORS)) {
  eachEnd(test, eachTransport, title, async (t, end) => {
    const { socket, peer } = await end()
    // One after the other, so that none waits for another.
    let length = 0
    for (const [name, data, text] of vectors) {
      t.is(socket.send(name, data), undefined)
      const bytes = Buffer.from(text + '\n')
      t.deepEqual((await peer.bytes(length + bytes.length)).subarray(length), bytes)
      length += bytes.length
    }
    // All in one turn.
    for (const [name, data] of vectors) socket.send(name, data)
    const frames = await peer.frames(2 * vectors.length, '\n')
    t.deepEqual(
      frames.slice(vectors.length),
      vectors.map(([, , text]) => Buffer.from(text).toString())
    )
  })
}

test('NS-4: send(name) without data sends null', async (t) => {
  const { outbound, inbound } = await pair(t, await local(t))
  const log = messages(inbound)
  outbound.send('a')
  outbound.send(['a', 'b'])
  await log.seen('a b')
  t.deepEqual(log.events, [
    ['a', null],
    ['a b', null]
  ])
})

test('NS-5: an array as data becomes part of the name', async (t) => {
  const { outbound, inbound } = await pair(t, await local(t))
  const seen = new Promise((resolve) => {
    inbound.on(['data', '**'], function (data) {
      resolve([this.event, data])
    })
  })
  outbound.send('a', [1, 2])
  t.deepEqual(await seen, [['data', 'a', 1], 2])
})

test('NS-5: with nestArrays an array stays one (unlike the original: ruling 4)', async (t) => {
  const { outbound, inbound } = await pair(t, await local(t), { nestArrays: true })
  const log = messages(inbound)
  outbound.send('a', [1, 2])
  outbound.send('a::b', [])
  await log.seen('a b')
  t.deepEqual(log.events, [
    ['a', [1, 2]],
    ['a b', []]
  ])
})

test('a name that is neither string nor array throws, and so does data that JSON has no form for', async (t) => {
  const { outbound, inbound } = await pair(t, await local(t))
  for (const name of [undefined, null, 5]) t.throws(() => outbound.send(name, 1), { instanceOf: TypeError })
  const cycle = {}
  cycle.cycle = cycle
  t.throws(() => outbound.send('a', cycle), { instanceOf: TypeError })
  t.throws(() => outbound.send('a', 1n), { instanceOf: TypeError })
  const log = messages(inbound)
  outbound.send('still', 'there')
  await log.seen('still')
  t.is(log.events.length, 1)
})

test('the caller’s array of a name is not changed', async (t) => {
  const { outbound, inbound } = await pair(t, await local(t))
  const log = messages(inbound)
  const name = ['a', 'b']
  outbound.send(name, [1])
  outbound.send(name, { x: 1 })
  await log.seen('a b')
  t.deepEqual(name, ['a', 'b'])
})
