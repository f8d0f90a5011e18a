'use strict'

const test = require('ava')
const { SENDERS, RECEIVERS, END, frame, each } = require('./support')
const { Recorder } = require('../common/events')
const { local } = require('../common/places')

each(test, SENDERS, 'SI-3: the bytes of a message', async (t, sender) => {
  const { peer, send } = await sender(t, await local(t))
  send('hello', 'world')
  const expected = Buffer.from('{"topic":"hello","message":"world"}\0\0')
  t.deepEqual(await peer.bytes(expected.length), expected)
  t.is(expected.toString('hex'), '7b22746f706963223a2268656c6c6f222c226d657373616765223a22776f726c64227d0000')
})

each(test, SENDERS, 'SI-4: undefined is left out, null is kept', async (t, sender) => {
  const { peer, send } = await sender(t, await local(t))
  send('m', undefined)
  send('m')
  send(undefined, 1)
  send(undefined, undefined)
  send('m', null)
  send(null, 1)
  send(null, null)
  t.deepEqual(await peer.frames(7, END), [
    '{"topic":"m"}',
    '{"topic":"m"}',
    '{"message":1}',
    '{}',
    '{"topic":"m","message":null}',
    '{"topic":null,"message":1}',
    '{"topic":null,"message":null}'
  ])
})

class Point {
  constructor(x) {
    this.x = x
  }
}

// What JSON.stringify makes of messages of every kind, as a member named `message`.
const VALUES = [
  'text',
  '',
  'NUL \0 and two \0\0, "quotes" and \\',
  'é€😀中\u2028\ufeff',
  'lone \ud800',
  0,
  -0,
  1.5e300,
  NaN,
  -Infinity,
  true,
  false,
  null,
  undefined,
  () => 1,
  Symbol('s'),
  {},
  [],
  [undefined, () => 1, null, [[]]],
  { a: undefined, b: () => 1, c: null, d: { e: [1, 'x'] } },
  new Date(0),
  { toJSON: (key) => `key ${key}` },
  { toJSON: () => undefined },
  Object.assign(() => 1, { toJSON: () => 'function' }),
  new Point(1),
  new Map([[1, 2]]),
  Object(1),
  Object('boxed'),
  Buffer.from('bytes'),
  new Uint8Array(2),
  Object.create(null)
]

each(test, SENDERS, 'SI-4: messages are what JSON makes of them', async (t, sender) => {
  const { peer, send } = await sender(t, await local(t))
  for (const message of VALUES) send('m', message)
  t.deepEqual(
    await peer.frames(VALUES.length, END),
    VALUES.map((message) => JSON.stringify({ topic: 'm', message }))
  )
})

const TOPICS = [
  'm',
  '',
  'with "quotes" and \\',
  'é€😀',
  '\0',
  5,
  null,
  undefined,
  true,
  {},
  ['a'],
  'x'.repeat(300)
]

each(test, SENDERS, 'SI-4: topics are what JSON makes of them', async (t, sender) => {
  const { peer, send } = await sender(t, await local(t))
  // Twice in a row, and in turn.
  const topics = [...TOPICS, ...TOPICS.flatMap((topic) => [topic, topic])]
  for (const topic of topics) send(topic, 1)
  t.deepEqual(
    await peer.frames(topics.length, END),
    topics.map((topic) => JSON.stringify({ topic, message: 1 }))
  )
})

test('SI-4: a BigInt with a toJSON is what that makes of it', async (t) => {
  const { peer, send } = await SENDERS['client.send'](t, await local(t))
  BigInt.prototype.toJSON = function (key) {
    return `${this} ${key}`
  }
  t.teardown(() => delete BigInt.prototype.toJSON)
  send('m', 5n)
  t.deepEqual(await peer.frames(1, END), ['{"topic":"m","message":"5 message"}'])
})

each(test, RECEIVERS, 'SI-8: a string with NULs arrives as it is', async (t, receiver) => {
  const { target, peer } = await receiver(t, await local(t))
  const log = new Recorder(target, ['message'])
  const texts = ['\0', '\0\0', 'a\0\0b', '\0\0\0\0', '\0'.repeat(1000)]
  for (const text of texts) peer.socket.write(frame('m', text))
  await log.seen('message', texts.length)
  t.deepEqual(
    log.all('message').map(([message]) => message),
    texts
  )
})
