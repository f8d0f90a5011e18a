'use strict'

// Messages in an envelope: taken apart without being parsed, they arrive as if the whole frame had been.

const test = require('ava')
const engine = require('../../lib/engine')
const { Recorder } = require('../common/events')
const { eachEnd, pair, protocol, PLACES } = require('./support')

const envelope = new engine.Envelope('type', 'data')
const described = protocol({ envelope })
const END = '\f'

/** No message of this length travels together with others. */
const LARGE = 'x'.repeat(700)

/** Records messages however they come. */
function receiver() {
  const log = new Recorder()
  log.event = (name, payload) => log.add('event', name, payload)
  log.message = (value) => log.add('message', value)
  log.malformed = (error, text) => log.add('malformed', text)
  return log
}

/** Whether something comes as an event or whole is the engine's choice; what it says is not. */
const plain = ([kind, ...rest]) =>
  kind === 'message' && typeof rest[0]?.type === 'string' && 'data' in rest[0]
    ? ['event', rest[0].type, rest[0].data]
    : [kind, ...rest]

/** What JSON.parse says of each frame, as a receiver would record it. */
function expected(frames) {
  return frames.map((frame) => {
    try {
      return plain(['message', JSON.parse(frame)])
    } catch {
      return ['malformed', frame]
    }
  })
}

const BATCHES = {
  'payloads of every kind': ['{}', '[1,[2]]', '"x"', '""', '1', '-0.5e3', 'true', 'false', 'null'].map(
    (data) => `{"type":"a","data":${data}}`
  ),
  'names that are more than letters': [
    '',
    '*',
    '__proto__',
    'constructor',
    'a"b',
    '\\',
    'é😀',
    '\u2028',
    '\t'
  ].map((type) => JSON.stringify({ type, data: { type } })),
  'runs that change': ['a', 'a', 'b', 'a', 'a', 'c'].map((type, at) => JSON.stringify({ type, data: at })),
  'members more than once': [
    '{"type":"a","data":1,"type":"b"}',
    '{"type":"a","data":1,"data":2}',
    '{"type":"a","data":{},"type":"b","data":[]}',
    '{"type":"a","data":"x","data":"y"}'
  ],
  'other forms': [
    '{"data":1,"type":"a"}',
    '{"type":"a"}',
    '{"type":"a","data":1,"more":2}',
    '{ "type":"a","data":1}',
    '{"type":"a","data":1}\n',
    '{"type":5,"data":1}',
    '{"type":null,"data":1}',
    '["type"]',
    'null'
  ],
  'broken ones among good ones': [
    '{"type":"a","data":1}',
    '{"type":"a","data":}',
    '{"type":"a","data":1-}',
    '{"type":"a","data":01}',
    '{"type":"a","data":{"b"}}',
    '{"type":"\\x","data":1}',
    '{"type":"a","data":"\\u12"}',
    '{"type":"a","data":1}}',
    '{"type":"a","data":1',
    '{"type":"a\n","data":1}',
    '{"type":"a","data":2}'
  ],
  'large texts that are not as they look': [
    ...['x', 'é', '日本', '\u2028', '}', ','].map((text) => `{"type":"a","data":"${text.repeat(600)}"}`),
    ...['\\n', '\\"', '\\\\', '\\u0061'].map((end) => `{"type":"a","data":"${LARGE}${end}"}`),
    `{"type":"a\\u0062","data":"${LARGE}"}`,
    `{"type":"é","data":"${LARGE}"}`,
    `{"type":"a","data":"${LARGE}","type":"b"}`,
    `{"type":"a","data":"${LARGE}"}}`,
    `{"type":"a","data":"${LARGE}"`,
    `{"type":"a","data":"${LARGE}\n"}`,
    `{"type":"a\n","data":"${LARGE}"}`,
    `{"type":"a","data":"${LARGE}\\"}`,
    `{"type":"a","data":"${LARGE}"}`
  ],
  'small and large ones': [10, 600, 10, 70_000, 10].map((size) =>
    JSON.stringify({ type: 'a', data: 'x'.repeat(size) })
  )
}

for (const [name, frames] of Object.entries(BATCHES)) {
  eachEnd(test, `envelopes: ${name}`, async (t, open) => {
    const log = receiver()
    const { peer } = await open(described, log)
    await peer.write(frames.map((frame) => frame + END).join(''))
    await log.until(() => log.events.length >= frames.length, 'all frames')
    t.deepEqual(log.events.map(plain), expected(frames))
  })
}

test('an envelope says what JSON.stringify says', async (t) => {
  class Told {
    toJSON(key) {
      return `for ${key}`
    }
  }
  const payloads = [
    { a: 1 },
    'x',
    1,
    NaN,
    true,
    null,
    undefined,
    () => 1,
    Symbol('s'),
    [undefined],
    new Told(),
    new Date(0)
  ]
  const names = ['a', 'a"b', '', 'x'.repeat(1000), 5, null, undefined, { a: 1 }, 'é']
  const left = receiver()
  const right = receiver()
  const { near, far } = await pair(t, await PLACES.local(t), described, { left, right })
  const sent = []
  for (const type of names) {
    for (const data of payloads) {
      const text = JSON.stringify({ type, data })
      t.is(envelope.stringify(type, data), text)
      t.true(near.sendEvent(envelope, type, data))
      sent.push(text)
    }
  }
  await right.until(() => right.events.length >= sent.length, 'all of them')
  t.deepEqual(
    right.events.map(plain),
    sent.map((text) => plain(['message', JSON.parse(text)]))
  )
  t.throws(() => near.sendEvent(envelope, 'a', 1n), { instanceOf: TypeError })
  near.destroy()
  t.false(near.sendEvent(envelope, 'a', 1))
  far.destroy()
})

/** What texts are made of, and what JSON has to say of it in a form of its own. */
const TEXTS = [
  '',
  'plain',
  'é',
  '日本',
  '😀',
  '\ud83d',
  '\ude00',
  '\ufffd',
  '"',
  '\\',
  '/',
  '\u2028',
  '\x7f'
].concat(Array.from({ length: 0x20 }, (_, code) => String.fromCharCode(code)))

eachEnd(test, 'a text is written as JSON.stringify writes it', async (t, open) => {
  const { connection, peer } = await open(described, receiver())
  const texts = [...TEXTS, TEXTS.join(''), TEXTS.join(LARGE), ...TEXTS.map((text) => LARGE + text + LARGE)]
  const wire = texts.map((data) => JSON.stringify({ type: 'é"', data }) + END).join('')
  for (const text of texts) connection.sendEvent(envelope, 'é"', text)
  t.is((await peer.bytes(Buffer.byteLength(wire))).toString(), wire)
})

test('more names than are kept, and a second envelope', async (t) => {
  const other = new engine.Envelope('topic', 'message')
  const right = receiver()
  const { near } = await pair(t, await PLACES.local(t), described, { right })
  const sent = []
  for (let round = 0; round < 2; round++) {
    for (let number = 0; number < 300; number++) {
      near.sendEvent(envelope, `n${number}`, number)
      near.sendEvent(other, `n${number}`, number)
      sent.push({ type: `n${number}`, data: number }, { topic: `n${number}`, message: number })
    }
  }
  await right.until(() => right.events.length >= sent.length, 'all of them')
  t.deepEqual(
    right.events.map(plain),
    sent.map((value) => plain(['message', value]))
  )
})
