'use strict'

// Long texts among the members of a message are made JSON by the native side: what leaves is what JSON.stringify makes.

const test = require('ava')
const engine = require('../../lib/engine')
const { connected, protocol, PLACES } = require('./support')
const { listen } = require('../common/raw')

const envelope = new engine.Envelope('type', 'data')
const long = 'x'.repeat(20_000)

class Titled {
  title = long
}

/** Made anew for each use: some change when they are stringified. */
const PAYLOADS = {
  'one, in the middle': () => ({ a: 1, text: long, b: [true, null, { c: '' }] }),
  'one alone': () => ({ text: long }),
  'first and last': () => ({ text: long, b: 0, more: `${long}y` }),
  'two side by side': () => ({ text: long, more: long }),
  'shorter than long': () => ({ text: long.slice(1), of: 'x'.repeat(16 * 1024 - 1) }),
  'exactly long': () => ({ text: 'x'.repeat(16 * 1024) }),
  'all that is escaped': () => ({ text: `"\\/\b\f\n\r\t\0\u001f\u007f\u2028é😀${long}` }),
  'half characters': () => ({ text: `\ud83d${long}\ude00`, plain: `\ufffd${long}` }),
  'a text joined of others': () => ({ text: long + long.slice(7) }),
  'members without JSON': () => ({ a: undefined, b: () => 1, c: Symbol('c'), text: long, d: undefined }),
  'none before, none behind': () => ({ a: undefined, text: long }),
  'names that are more than letters': () => ({ 'a"b\n': 1, '\ud800': 2, '': long, é: long }),
  'names that are numbers': () => ({ b: long, 2: long, 1: 'one' }),
  'a member called __proto__': () => JSON.parse(`{"a":1,"__proto__":"${long}","b":{"__proto__":2}}`),
  'toJSON of a member': () => ({ when: new Date(0), of: { toJSON: (key) => `for ${key}` }, text: long }),
  'toJSON of the payload': () => ({ text: long, toJSON: () => 'another' }),
  'a toJSON that is none': () => ({ text: long, toJSON: 1 }),
  'a toJSON that takes members away': () => {
    const payload = { a: { toJSON: () => delete payload.b && 1 }, b: 2, text: long }
    return payload
  },
  getters: () => {
    let reads = 0
    return {
      text: long,
      get count() {
        return ++reads
      }
    }
  },
  'a getter of a text': () => ({
    get text() {
      return long
    }
  }),
  'a setter': () => ({ text: long, set other(_) {} }),
  'members that do not count': () =>
    Object.defineProperty({ text: long, [Symbol('s')]: 1 }, 'hidden', { value: long }),
  'an instance of a class': () => new Titled(),
  'no prototype': () => Object.assign(Object.create(null), { text: long }),
  'inherited members': () => Object.assign(Object.create({ inherited: long }), { text: long }),
  'an array': () => [long, 1],
  'a text in a box': () => Object.assign(new String('boxed'), { text: long }),
  'a number in a box': () => Object.assign(new Number(5), { text: long }),
  'boxes of other kinds of object': () => Object.setPrototypeOf(Object.assign([1], { text: long }), null),
  'a proxy': () =>
    new Proxy({ text: long, other: 1 }, { ownKeys: () => ['other', 'text'], get: (at, key) => at[key] }),
  'many members': () =>
    Object.assign({ text: long }, ...Array.from('x'.repeat(40), (_, n) => ({ [`m${n}`]: n }))),
  'nested deeper': () => ({ inside: { text: long } })
}

async function ends(t, place) {
  const address = await PLACES[place](t)
  const listener = await listen(t, address)
  const accepted = listener.accepted()
  const connection = await connected(t, address, protocol({ envelope }))
  return { connection, peer: await accepted }
}

for (const place of Object.keys(PLACES)) {
  test(`long texts leave as JSON.stringify writes them, ${place}`, async (t) => {
    const { connection, peer } = await ends(t, place)
    // From the first large one on they are looked for.
    connection.sendEvent(envelope, 'first', { text: long })
    for (const make of Object.values(PAYLOADS)) connection.sendEvent(envelope, 'name', make())
    const expected = Object.values(PAYLOADS).map((make) => JSON.stringify({ type: 'name', data: make() }))
    const [, ...frames] = await peer.frames(expected.length + 1)
    for (const [at, title] of Object.keys(PAYLOADS).entries()) t.true(frames[at] === expected[at], title)
  })
}

test('what has no JSON is refused as by JSON.stringify, and the next message leaves', async (t) => {
  const { connection, peer } = await ends(t, 'local')
  connection.sendEvent(envelope, 'first', { text: long })
  const circle = { text: long }
  circle.circle = { circle }
  const throws = {
    toJSON() {
      throw new RangeError('no')
    }
  }
  for (const payload of [circle, { text: long, big: 1n }, { text: long, throws }]) {
    const { message, constructor } = t.throws(() => JSON.stringify(payload))
    t.throws(() => connection.sendEvent(envelope, 'name', payload), { message, instanceOf: constructor })
  }
  connection.sendEvent(envelope, 'last', { text: long })
  t.is((await peer.frames(2))[1], JSON.stringify({ type: 'last', data: { text: long } }))
})

test('long texts: maxOutboxBytes holds for them', async (t) => {
  const address = await PLACES.local(t)
  const listener = await listen(t, address)
  const accepted = listener.accepted()
  const connection = await connected(t, address, protocol({ envelope, maxOutboxBytes: 100_000 }))
  const peer = await accepted
  connection.sendEvent(envelope, 'first', { text: long })
  const over = { text: 'é'.repeat(50_000) }
  const error = t.throws(() => connection.sendEvent(envelope, 'name', over))
  t.like(error, { code: 'ERR_IPC_OUTBOX_FULL', limit: 100_000 })
  connection.sendEvent(envelope, 'last', { text: long })
  t.is((await peer.frames(2))[1], JSON.stringify({ type: 'last', data: { text: long } }))
})
