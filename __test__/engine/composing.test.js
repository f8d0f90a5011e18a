'use strict'

// Long texts and tables in a large message are made JSON by the native side: what leaves is what JSON.stringify makes.

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
  'JSON as it is, where there is such a thing': () => ({
    raw: JSON.rawJSON?.(`"${long}"`),
    inside: { raw: JSON.rawJSON?.('12345678901234567890') },
    text: long
  }),
  'many members': () =>
    Object.assign({ text: long }, ...Array.from('x'.repeat(40), (_, n) => ({ [`m${n}`]: n }))),
  'nested deeper': () => ({ inside: { text: long } }),
  'nested deepest': () => ({ a: { b: { c: { d: { text: long } } } } })
}

const row = (id) => ({ id, name: `row ${id}`, size: id / 8, on: id % 2 === 0, none: null })
const table = (change = {}, count = 300) =>
  Array.from({ length: count }, (_, at) => (at in change ? change[at](at) : row(at)))
const withToJSON = (object, toJSON) => Object.defineProperty(object, 'toJSON', { value: toJSON })

class Row {
  constructor(id) {
    Object.assign(this, row(id))
  }
}

class Rows extends Array {
  toJSON() {
    return 'rows'
  }
}

const TABLES = {
  'the payload itself': () => table(),
  'a member among others': () => ({ a: 1, rows: table(), b: { c: [1, 2] } }),
  'two, and a long text': () => ({ rows: table(), text: long, more: table({}, 40) }),
  'nested deeper': () => ({ result: { page: { rows: table() } } }),
  'nested deepest': () => ({ a: { b: { c: { d: table() } } } }),
  'too few rows': () => ({ rows: table({}, 15) }),
  'just as many as it takes': () => ({ rows: table({}, 16) }),
  'many rows': () => ({ rows: table({}, 5000) }),
  'rows that are not alike': () =>
    table({
      7: () => ({ name: 'a', id: 1, size: 1, on: true, none: null }),
      8: () => ({ id: 1 }),
      9: () => ({}),
      10: () => ({ ...row(1), more: 1 }),
      299: () => row('last')
    }),
  'elements that are no rows': () =>
    table({
      5: () => null,
      6: () => undefined,
      7: () => 1,
      8: () => 'text',
      9: () => [1, { a: 2 }],
      11: () => () => 1,
      12: () => Symbol('s'),
      13: () => new Date(0),
      14: () => new Map(),
      15: () => long
    }),
  'the first is none': () => table({ 0: () => 1 }),
  'none is one': () => Array.from({ length: 100 }, (_, at) => [at]),
  'values that are none': () =>
    table({
      3: () => ({ ...row(3), none: { a: [1] } }),
      4: () => ({ ...row(4), none: undefined }),
      5: () => ({ ...row(5), on: () => 1 }),
      6: () => ({ ...row(6), name: 'x'.repeat(1024) }),
      7: () => ({ ...row(7), name: long }),
      8: () => ({ ...row(8), size: NaN, id: -0 })
    }),
  'letters of all kinds': () =>
    table({ 9: () => row('é"\\\n😀'), 20: () => row('\ud83d'), 21: () => row('\ude00') }),
  'no element at all, at places': () => {
    const rows = table()
    delete rows[20]
    delete rows[40]
    return { rows }
  },
  'members of the array': () => Object.assign(table(), { more: 1 }),
  'toJSON of the array': () => ({ rows: withToJSON(table(), () => 'another') }),
  'toJSON of its class': () => ({ rows: Rows.from(table()) }),
  'toJSON of rows': () => {
    const told = (at) => withToJSON(row(at), (key) => `for ${key}`)
    return table({ 30: told, 31: told, 299: told })
  },
  'instances of a class': () => table({}, 100).map(({ id }) => new Row(id)),
  'instances of a class, at places': () => table({ 50: (at) => new Row(at) }),
  'no prototype': () => table({ 50: (at) => Object.assign(Object.create(null), row(at)) }),
  'members that do not count': () =>
    table({ 50: (at) => Object.defineProperty({ ...row(at), [Symbol('s')]: 1 }, 'hidden', { value: 1 }) }),
  'boxes and proxies': () =>
    table({ 50: (at) => new Proxy(row(at), {}), 51: (at) => ({ ...row(at), id: new Number(3) }) }),
  'a proxy of it': () => ({ rows: new Proxy(table(), {}) }),
  'getters in rows': () => {
    let reads = 0
    const counting = (last) => (at) => ({
      ...row(at),
      get name() {
        return `read ${++reads}`
      },
      get none() {
        return last(++reads)
      }
    })
    return table({
      100: counting((n) => n),
      101: counting((n) => ({ n })),
      102: counting(() => undefined),
      103: counting((n) => `${n}`)
    })
  },
  'a getter of it': () => ({
    text: long,
    get rows() {
      return table()
    }
  }),
  'a getter that shortens it': () => {
    const rows = table({
      100: (at) => ({
        ...row(at),
        get name() {
          return `${(rows.length = 200)}`
        }
      })
    })
    return rows
  },
  'names of all kinds': () =>
    Array.from({ length: 50 }, (_, at) => JSON.parse(`{"a\\"b\\n":${at},"":1,"2":2,"__proto__":3,"é":4}`))
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

test('tables leave as JSON.stringify writes them', async (t) => {
  const { connection, peer } = await ends(t, 'local')
  for (const make of Object.values(TABLES)) {
    // It is a large one that has the next ones looked through.
    connection.sendEvent(envelope, 'first', { text: long })
    connection.sendEvent(envelope, 'name', make())
  }
  const frames = await peer.frames(2 * Object.keys(TABLES).length)
  for (const [at, [title, make]] of Object.entries(TABLES).entries()) {
    t.is(frames[2 * at + 1], JSON.stringify({ type: 'name', data: make() }), title)
  }
})

test.serial('a toJSON that all objects have', async (t) => {
  const { connection, peer } = await ends(t, 'local')
  const payload = Object.assign(Object.create(null), { a: 1, text: long })
  connection.sendEvent(envelope, 'first', { text: long })
  const expected = JSON.stringify({ type: 'name', data: payload })
  Object.prototype.toJSON = () => 'another'
  try {
    connection.sendEvent(envelope, 'name', payload)
  } finally {
    delete Object.prototype.toJSON
  }
  t.true((await peer.frames(2))[1] === expected)
})

test('a getter of a large message that sends messages itself', async (t) => {
  const { connection, peer } = await ends(t, 'local')
  const expected = []
  const send = (data, written = data) => {
    connection.sendEvent(envelope, 'name', data)
    expected.push(JSON.stringify({ type: 'name', data: written }))
  }
  send({ text: long })
  send({ text: long })
  const inner = () => {
    for (let n = 0; n < 20; n++) send(row(n))
    send({ rows: table() })
    return 'got'
  }
  const outer = (name) => ({ text: long, rows: table({ 100: (at) => ({ ...row(at), ...name }) }) })
  const getter = {
    get name() {
      return inner()
    }
  }
  const rows = table()
  Object.defineProperty(rows[100], 'name', {
    ...Object.getOwnPropertyDescriptor(getter, 'name'),
    enumerable: true
  })
  for (let n = 0; n < 20; n++) send(row(n))
  // Its getters are called before it is sent.
  connection.sendEvent(envelope, 'name', { text: long, rows })
  expected.push(JSON.stringify({ type: 'name', data: outer({ name: 'got' }) }))
  send(row(1))
  t.deepEqual(await peer.frames(expected.length), expected)
})

test.serial('the rows of a table are not stringified', async (t) => {
  const { connection, peer } = await ends(t, 'local')
  const payload = { text: long, rows: table({}, 2000) }
  connection.sendEvent(envelope, 'name', payload)
  const expected = JSON.stringify({ type: 'name', data: payload })
  const { stringify } = JSON
  let units = 0
  JSON.stringify = (...args) => {
    const text = stringify(...args)
    units += text.length
    return text
  }
  try {
    connection.sendEvent(envelope, 'name', payload)
  } finally {
    JSON.stringify = stringify
  }
  t.true(units < 1000, `${units} units`)
  t.deepEqual(await peer.frames(2), [expected, expected])
})

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
  const odd = (value) => table({ 100: (at) => ({ ...row(at), none: value }) })
  const tables = [1n, throws].map((value) => ({ rows: odd(value) }))
  for (const payload of [circle, { text: long, big: 1n }, { text: long, throws }, ...tables]) {
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
