'use strict'

// Messages of a burst that have the same members are not stringified one by one. Nobody must notice: what leaves is what
// JSON.stringify makes, in the order of the calls, and every answer is the same.

const path = require('node:path')
const test = require('ava')
const engine = require('../../lib/engine')
const { wantsLoop } = require('../../lib/engine/native-addon')
const { closed, connected, protocol, PLACES } = require('./support')
const { next } = require('../common/events')
const { state } = require('../common/deadline')
const { run } = require('../common/processes')
const { listen } = require('../common/raw')

const envelope = new engine.Envelope('type', 'data')
const usual = (seq) => ({ seq, text: `text ${seq}`, ratio: seq / 7, on: seq % 2 === 0, none: null })
const frame = (type, data) => JSON.stringify({ type, data })

async function ends(t, { place = 'local', ...options } = {}) {
  const address = await PLACES[place](t)
  const listener = await listen(t, address)
  const accepted = listener.accepted()
  const connection = await connected(t, address, protocol({ envelope, ...options }))
  return { connection, peer: await accepted }
}

/** Sends, and keeps what should leave. */
function sender(connection) {
  const expected = []
  const send = (data, written = data) => {
    expected.push(frame('usual', written))
    return connection.sendEvent(envelope, 'usual', data)
  }
  const burst = (count = 20) => {
    for (let n = 0; n < count; n++) send(usual(n))
  }
  return { burst, expected, send }
}

/** So many that there is a burst, whatever was tried before. */
const MANY = 300

async function arrived(t, peer, expected) {
  t.deepEqual(await peer.frames(expected.length), expected)
}

/** How often JSON.stringify is called meanwhile. */
function stringified(action) {
  const { stringify } = JSON
  let count = 0
  JSON.stringify = (...args) => {
    count++
    return stringify(...args)
  }
  try {
    action()
  } finally {
    JSON.stringify = stringify
  }
  return count
}

if (wantsLoop()) {
  test.serial('messages of a burst that are alike are not stringified', async (t) => {
    const { connection, peer } = await ends(t)
    const data = Array.from({ length: 1000 }, (_, n) => usual(n))
    const count = stringified(() => {
      for (const one of data) connection.sendEvent(envelope, 'usual', one)
    })
    // The first ones, what the form has in common, and what comes where the outbox is full.
    t.true(count < 100, `${count} times`)
    await arrived(
      t,
      peer,
      data.map((one) => frame('usual', one))
    )
  })

  test.serial('messages that are never alike cost no more than a few attempts', async (t) => {
    const { connection } = await ends(t)
    const keys = Object.keys
    let attempts = 0
    Object.keys = (of) => {
      attempts++
      return keys(of)
    }
    try {
      for (let n = 0; n < 1000; n++) connection.sendEvent(envelope, 'usual', { [`m${n % 100}`]: n })
    } finally {
      Object.keys = keys
    }
    t.true(attempts < 20, `${attempts} attempts`)
  })
}

class Own {
  seq = 1
  text = 'own'
  ratio = 0.5
  on = true
  none = null
}

/** Each is sent amid a burst. Made anew for each use: some change when they are stringified. */
const ODD = {
  'another order': () => ({ text: 'a', seq: 1, ratio: 1, on: true, none: null }),
  'a member less': () => ({ seq: 1, text: 'a', ratio: 1, on: true }),
  'a member more': () => ({ ...usual(1), more: 1 }),
  'a member without JSON': () => ({ ...usual(1), ratio: undefined }),
  'a function': () => ({ ...usual(1), ratio: () => 1 }),
  'a symbol': () => ({ ...usual(1), ratio: Symbol('s') }),
  'an object inside': () => ({ ...usual(1), none: { a: [1] } }),
  'an array inside': () => ({ ...usual(1), none: [1, 2] }),
  'a date inside': () => ({ ...usual(1), none: new Date(0) }),
  'a long text': () => ({ ...usual(1), text: 'x'.repeat(5000) }),
  'a very long text': () => ({ ...usual(1), text: 'x'.repeat(100_000) }),
  'all that is escaped': () => ({ ...usual(1), text: '"\\/\b\f\n\r\t\0\u001f\u007f\u2028' }),
  'other letters': () => ({ ...usual(1), text: 'é ÿ 😀 漢字 \u0100' }),
  'half characters': () => ({ ...usual(1), text: '\ud83d', none: 'a\ude00b' }),
  'halves that meet': () => ({ ...usual(1), text: 'a\ud83d', none: '\ude00b' }),
  'no text': () => ({ ...usual(1), text: '' }),
  'numbers that are none': () => ({ seq: NaN, text: Infinity, ratio: -Infinity, on: -0, none: 0 }),
  'large numbers': () => ({
    seq: 2 ** 53 - 1,
    text: -(2 ** 53) + 1,
    ratio: 2 ** 53,
    on: 1e21,
    none: Number.MAX_VALUE
  }),
  'small numbers': () => ({ seq: 5e-324, text: 1e-7, ratio: 1e-6, on: -1.5e-10, none: 0.1 + 0.2 }),
  'toJSON of the payload': () => ({ ...usual(1), toJSON: () => 'another' }),
  'a toJSON that is none': () => ({ ...usual(1), toJSON: 1 }),
  'an instance of a class': () => new Own(),
  'no prototype': () => Object.assign(Object.create(null), usual(1)),
  'inherited members': () => Object.assign(Object.create({ seq: 2 }), usual(1)),
  'members that do not count': () =>
    Object.defineProperty({ ...usual(1), [Symbol('s')]: 1 }, 'hidden', { value: 1 }),
  'one that does not count': () => Object.defineProperty(usual(1), 'on', { enumerable: false }),
  'a number in a box': () => ({ ...usual(1), seq: new Number(3) }),
  'an array that is an object': () => Object.setPrototypeOf([1, 2, 3, 4, 5], Object.prototype),
  'a getter that adds a member': () => ({
    seq: 1,
    get text() {
      return (this.kept ??= 'text')
    },
    ratio: [1],
    on: true,
    none: null
  }),
  'a proxy': () => new Proxy(usual(1), { get: (of, name) => (name === 'seq' ? 7 : of[name]) }),
  'a proxy with members of its own': () =>
    new Proxy(usual(1), { ownKeys: () => ['none', 'on', 'ratio', 'text', 'seq'] }),
  null: () => null,
  'a number': () => 5,
  'a text': () => 'text',
  'a boolean': () => false,
  nothing: () => undefined,
  'an array': () => [1, 2, 3, 4, 5],
  'an empty object': () => ({}),
  'arguments of a function': () =>
    (function () {
      return arguments
    })(1, 2)
}

for (const place of Object.keys(PLACES)) {
  test(`amid a burst anything leaves as JSON.stringify writes it, ${place}`, async (t) => {
    const { connection, peer } = await ends(t, { place })
    const { burst, send, expected } = sender(connection)
    for (const make of Object.values(ODD)) {
      burst(MANY)
      send(make(), make())
    }
    burst(100)
    await arrived(t, peer, expected)
  })
}

test('numbers of any kind', async (t) => {
  const { connection, peer } = await ends(t)
  const { send, expected } = sender(connection)
  const bits = new DataView(new ArrayBuffer(8))
  for (let n = 0; n < 5000; n++) {
    bits.setUint32(0, Math.random() * 2 ** 32)
    bits.setUint32(4, Math.random() * 2 ** 32)
    const whole = Math.trunc((Math.random() - 0.5) * 2 ** (n % 54))
    send({ any: bits.getFloat64(0), whole, short: whole / 100 })
  }
  await arrived(t, peer, expected)
})

test('names of members are any, and those of forms are given again', async (t) => {
  const { connection, peer } = await ends(t)
  const { send, expected } = sender(connection)
  const names = ['a"b\n', '\ud800', '', 'é', '1', '__proto__', 'constructor', 'x'.repeat(200)]
  for (let n = 0; n < 200; n++) {
    for (let m = 0; m < 40; m++) {
      send(JSON.parse(JSON.stringify({ [names[n % names.length]]: m, [`n${n}`]: `m${m}` })))
    }
  }
  await arrived(t, peer, expected)
})

test.serial('members that others have put on Object.prototype are not sent', async (t) => {
  const { connection, peer } = await ends(t)
  const { burst, expected } = sender(connection)
  burst()
  Object.prototype.polluted = 1
  try {
    burst()
  } finally {
    delete Object.prototype.polluted
  }
  burst()
  t.false(expected.join().includes('polluted'))
  await arrived(t, peer, expected)
})

test.serial('members that others have put on Object.prototype do not stand for missing ones', async (t) => {
  const { connection, peer } = await ends(t)
  const { burst, send, expected } = sender(connection)
  burst(MANY)
  Object.prototype.none = 5
  try {
    send({ seq: 1, text: 'a', ratio: 1, on: true })
    burst()
    send(Object.defineProperty({ seq: 1, text: 'a', ratio: [] }, 'on', { enumerable: true, get: () => 1 }))
  } finally {
    delete Object.prototype.none
  }
  t.false(expected.join().includes('"none":5'))
  await arrived(t, peer, expected)
})

test('arrays that are objects, amid objects whose members are numbers', async (t) => {
  const { connection, peer } = await ends(t)
  const { send, expected } = sender(connection)
  for (let n = 0; n < MANY; n++) send({ 0: 'a', 1: n })
  send(Object.setPrototypeOf(['a', 1], Object.prototype))
  await arrived(t, peer, expected)
})

test('getters are called once each, whatever becomes of the message', async (t) => {
  const { connection, peer } = await ends(t)
  const { burst, send, expected } = sender(connection)
  let count = 0
  const counted = (last) => ({
    get seq() {
      return ++count
    },
    text: 'a',
    get ratio() {
      return ++count
    },
    on: true,
    get none() {
      return last(++count)
    }
  })
  const asWritten = (last) => {
    const written = JSON.parse(JSON.stringify(counted(last)))
    count -= 3
    return written
  }
  for (const last of [(n) => n, (n) => ({ n }), (n) => `${n}`, (n) => [n]]) {
    burst()
    send(counted(last), asWritten(last))
  }
  t.is(count, 12)
  await arrived(t, peer, expected)
})

test('a getter that sends something itself', async (t) => {
  const { connection, peer } = await ends(t)
  const { burst, send, expected } = sender(connection)
  for (const inner of [() => send(usual(7)), () => send('other'), () => burst()]) {
    burst()
    const data = {
      ...usual(1),
      get text() {
        inner()
        return 'got'
      }
    }
    connection.sendEvent(envelope, 'usual', data)
    // It is stringified, and its getters called, before it is sent.
    expected.push(frame('usual', { ...usual(1), text: 'got' }))
    burst()
  }
  await arrived(t, peer, expected)
})

test('a getter that has sent what was gathered, however much that was', async (t) => {
  const { connection, peer } = await ends(t)
  const { burst, send, expected } = sender(connection)
  const looking = Object.defineProperty(usual(1), 'text', {
    enumerable: true,
    get: () => `${connection.bytesWritten > 0}`
  })
  for (let count = MANY; count < MANY + 103; count++) {
    burst(count)
    send(looking, { ...usual(1), text: 'true' })
    burst(3)
    await state(() => connection.writableLength === 0, 'all to leave')
  }
  await arrived(t, peer, expected)
})

test('a getter of a refused message that sends a refused message', async (t) => {
  const { connection, peer } = await ends(t)
  const { burst, send, expected } = sender(connection)
  burst(MANY)
  const data = {
    seq: 1,
    text: { nested: 1 },
    get ratio() {
      send({ ...usual(1), on: [1] })
      return 1
    },
    on: true,
    none: 'none'
  }
  connection.sendEvent(envelope, 'usual', data)
  expected.push(frame('usual', { seq: 1, text: { nested: 1 }, ratio: 1, on: true, none: 'none' }))
  burst()
  await arrived(t, peer, expected)
})

test('names of messages are any, and their numbers are given again', async (t) => {
  const { connection, peer } = await ends(t)
  const own = new engine.Envelope('type', 'data')
  const expected = []
  const send = (name, data) => {
    expected.push(frame(name, data))
    connection.sendEvent(own, name, data)
  }
  send('first', 1)
  for (let n = 1; n < 256; n++) send(`name ${n}`, 1)
  for (let n = 0; n < MANY; n++) send('first', usual(n))
  for (let n = 0; n < 3; n++) send('one more', usual(n))
  await arrived(t, peer, expected)
})

/** Sends in every other way, amid bursts. */
const OTHERWISE = {
  send: ({ connection, expected }) => {
    expected.push('"sent"')
    connection.send('"sent"')
  },
  'send with a callback': ({ connection, expected }) => {
    expected.push('"sent"')
    return new Promise((resolve) => connection.send('"sent"', resolve))
  },
  write: ({ connection, expected }) => {
    expected.push('"written"')
    connection.write('"written"\f')
  },
  'a text': ({ connection, expected }) => {
    expected.push(frame('usual', 'text'))
    connection.sendEvent(envelope, 'usual', 'text')
  },
  'another name': ({ connection, expected }) => {
    expected.push(frame('unusual', usual(1)))
    connection.sendEvent(envelope, 'unusual', usual(1))
  },
  'another envelope': ({ connection, expected }) => {
    expected.push(JSON.stringify({ topic: 'usual', message: usual(1) }))
    connection.sendEvent(new engine.Envelope('topic', 'message'), 'usual', usual(1))
  },
  broadcast: ({ connection, expected }) => {
    expected.push('"to all"')
    engine.broadcast([connection], '"to all"')
  },
  'to another connection': ({ another }) => another.sendEvent(envelope, 'usual', usual(1))
}

test('the order is that of the calls, however they are made', async (t) => {
  const { connection, peer } = await ends(t)
  const { connection: another } = await ends(t)
  const { burst, expected } = sender(connection)
  const callbacks = []
  for (const action of Object.values(OTHERWISE)) {
    burst()
    callbacks.push(action({ connection, expected, another }))
  }
  burst()
  await arrived(t, peer, expected)
  await Promise.all(callbacks)
})

test('messages to many, in turns', async (t) => {
  const all = await Promise.all(Array.from({ length: 3 }, () => ends(t)))
  const senders = all.map(({ connection }) => sender(connection))
  for (let n = 0; n < 100; n++) {
    // Several to one, then to the next.
    senders[Math.trunc(n / 9) % 3].send(usual(n))
  }
  await Promise.all(all.map(({ peer }, at) => arrived(t, peer, senders[at].expected)))
})

test('what it answers, and how much waits', async (t) => {
  const highWaterMark = 8000
  const { connection, peer } = await ends(t, { highWaterMark })
  peer.socket.pause()
  const { send, expected } = sender(connection)
  const bytes = () => expected.reduce((sum, text) => sum + Buffer.byteLength(text) + 1, 0)
  const before = connection.bytesWritten
  const answers = []
  const right = []
  const looks = []
  for (let n = 0; n < 300; n++) {
    answers.push(send(n % 50 === 49 ? { ...usual(n), text: 'é😀' } : usual(n)))
    // The first of a turn leaves at once; so does all, from 64 KiB on.
    right.push(bytes() - Buffer.byteLength(expected[0]) - 1 < highWaterMark)
    if (n % 60 === 59) looks.push([connection.bytesWritten - before, bytes()])
  }
  if (wantsLoop()) {
    t.deepEqual(answers, right)
    t.true(answers.includes(false))
  }
  for (const [seen, sent] of looks) t.is(seen, sent)
  const drained = wantsLoop() && next(connection, 'drain')
  peer.socket.resume()
  if (drained) {
    await drained
    t.is(connection.writableLength, 0)
  }
  await arrived(t, peer, expected)
})

test('it answers false at the mark, whatever is sent', async (t) => {
  const quoted = () => ({ a: '', b: '', c: '', d: '', e: '' })
  for (const [highWaterMark, make] of [
    [8000, quoted],
    // What is written at once when there is so much.
    [64 * 1024, usual]
  ]) {
    const { connection, peer } = await ends(t, { highWaterMark })
    const { send, expected } = sender(connection)
    send(usual(0))
    let waiting = connection.writableLength
    for (let n = 1; n < 1000; n++) {
      const answer = send(make(n))
      waiting += Buffer.byteLength(expected[n]) + 1
      if (wantsLoop()) t.is(answer, waiting < highWaterMark, `${make.name} ${n}`)
      if (waiting >= highWaterMark) break
    }
    t.true(waiting >= highWaterMark)
    await arrived(t, peer, expected)
  }
})

test('end() and destroy() come after what was sent', async (t) => {
  for (const leave of ['end', 'destroySoon', 'destroy']) {
    const { connection, peer } = await ends(t)
    const { burst, expected } = sender(connection)
    burst(50)
    connection[leave]()
    t.false(connection.sendEvent(envelope, 'usual', usual(1)))
    await peer.close()
    await closed(connection)
    t.deepEqual(peer.received.toString().split('\f').slice(0, -1), expected, leave)
  }
})

test('a hard cap refuses the message that is too much, and no other', async (t) => {
  const { connection, peer } = await ends(t, { maxOutboxBytes: 2000 })
  const { send, expected } = sender(connection)
  // Until the operating system takes no more: by another thread it may do so as fast as it is sent.
  peer.socket.pause()
  let refused = 0
  for (let n = 0; refused < 50; n++) {
    try {
      send(usual(n))
    } catch (error) {
      t.is(error.code, 'ERR_IPC_OUTBOX_FULL')
      expected.pop()
      refused++
    }
  }
  peer.socket.resume()
  await state(() => connection.writableLength === 0, 'all to leave')
  await arrived(t, peer, expected)
})

for (const when of ['before', 'while'])
  test(`what was sent right ${when} process.exit() leaves`, async (t) => {
    const address = await PLACES.local(t)
    const listener = await listen(t, address)
    const accepted = listener.accepted()
    const program = run(t, path.join(__dirname, 'programs', 'bursting.js'), { address, count: 100, when })
    const peer = await accepted
    t.deepEqual(await program.gone, { code: 0, signal: null }, program.output)
    const expected = Array.from({ length: 100 }, (_, seq) => frame('usual', { seq, text: 'text' }))
    await arrived(t, peer, expected)
  })
