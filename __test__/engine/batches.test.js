'use strict'

// Frames that cross to JavaScript together: each reaches its connection, in order, as if it had come alone.

const test = require('ava')
const { protocol, receiver, serve, eachEnd, standStill, PLACES } = require('./support')
const { dial } = require('../common/raw')

const END = '\f'
const join = (frames) => frames.map((frame) => frame + END).join('')

/** What JSON.parse says of each frame, as a receiver would record it. */
function expected(frames) {
  return frames.map((frame) => {
    try {
      return ['message', JSON.parse(frame)]
    } catch {
      return ['malformed', frame]
    }
  })
}

const story = (log) =>
  log.events
    .filter(([type]) => type === 'message' || type === 'malformed')
    .map(([type, ...args]) => [type, args.at(-1)])

/** As many frames, whatever became of them. */
const told = (log, count) =>
  log.until(() => log.count('message') + log.count('malformed') >= count, 'all frames')

const BATCHES = {
  'frames that would join to something else': ['1,2', '"a', 'b"', '[1],[2]', '{}{}', '{"a":1}', '[1', '2]'],
  'empty ones and white space': ['', ' ', '\n', '{}', ' {} ', '\t[]\r\n', '', 'null'],
  'scalars among objects': ['{"n":1}', '1', '"x"', 'true', '[2]', 'null', '-0.5e3', '{"n":2}'],
  'a byte-order mark': ['\ufeff{}', '{"a":"\ufeff"}', '{}'],
  'text that is not ASCII': ['{"a":"é"}', '{"a":"a"}', '{"日本":"😀"}', '["\\ud83d"]', '"ü"', '{}'],
  'brackets and quotes within strings': ['{"a":"}{][\\""}', '["\\\\"]', '["\\\\\\""]', '{"\\"":[",",":"]}'],
  'one that only looks balanced': ['{"a":1}', '{"a":tru}', '[01]', '{"a":1}', '[,]', '{a}', '[1]'],
  'bad escapes and control characters': ['["\\x"]', '["\n"]', '["\u0000"]', '["ok"]', '[\u0000]'],
  'many levels': [
    '['.repeat(200) + ']'.repeat(200),
    '['.repeat(200),
    '{"a":'.repeat(90) + '1' + '}'.repeat(90)
  ]
}

for (const [name, frames] of Object.entries(BATCHES)) {
  eachEnd(test, `a chunk with ${name}`, async (t, open) => {
    const log = receiver()
    const { peer } = await open(protocol(), log)
    await peer.write(join(frames))
    await told(log, frames.length)
    t.deepEqual(story(log), expected(frames))
    for (const [error] of log.all('malformed')) t.true(error instanceof SyntaxError)
  })
}

test('a malformed frame among good ones of several connections is reported to its own', async (t) => {
  const address = await PLACES.local(t)
  const order = []
  const listener = await serve(t, address, protocol(), {
    message: (value, connection) => order.push([connection.name, value.n]),
    malformed: (error, text, connection) => order.push([connection.name, text])
  })
  const peers = []
  for (const name of ['a', 'b', 'c']) {
    const accepted = listener.accepted()
    peers.push(await dial(t, address))
    const connection = await accepted
    connection.name = name
  }
  const send = [
    [0, '{"n":1}'],
    [1, '{"n":tru}'],
    [2, '{"n":2}'],
    [1, '{"n":3}'],
    [0, '{"n":4}']
  ]
  for (const [peer, frame] of send) await peers[peer].write(frame + END)
  standStill(20)
  while (order.length < send.length) await new Promise((resolve) => setImmediate(resolve))
  for (const [index, name] of ['a', 'b', 'c'].entries()) {
    t.deepEqual(
      order.filter(([who]) => who === name).map(([, what]) => what),
      send
        .filter(([who]) => who === index)
        .map(([, frame]) => (frame.includes('tru') ? frame : JSON.parse(frame).n))
    )
  }
})

eachEnd(test, 'more frames than fit one crossing, good, bad and large in turn', async (t, open) => {
  const log = receiver()
  const { peer } = await open(protocol(), log)
  const frames = Array.from({ length: 5000 }, (_, n) => {
    if (n % 7 === 3) return String(n)
    if (n % 11 === 5) return `{"n":${n}`
    if (n % 13 === 1) return JSON.stringify({ n, text: 'x'.repeat(600) })
    return `{"n":${n}}`
  })
  peer.socket.write(join(frames))
  await told(log, frames.length)
  t.deepEqual(story(log), expected(frames))
})

test('many connections in one crossing: every frame reaches its own, in order', async (t) => {
  const address = await PLACES.local(t)
  const seen = new Map()
  let total = 0
  const listener = await serve(t, address, protocol(), {
    message(value, connection) {
      total++
      if (!seen.has(connection)) seen.set(connection, [])
      seen.get(connection).push(value)
    }
  })
  const CONNECTIONS = 60
  const EACH = 50
  const peers = []
  for (let n = 0; n < CONNECTIONS; n++) peers.push(await dial(t, address))
  for (let piece = 0; piece < EACH; piece++) {
    for (const [number, peer] of peers.entries()) {
      const value = piece % 5 === 0 ? [number, piece, 'x'.repeat(700)] : [number, piece]
      peer.socket.write(JSON.stringify(value) + END)
    }
  }
  while (total < CONNECTIONS * EACH) await new Promise((resolve) => setImmediate(resolve))
  t.is(seen.size, CONNECTIONS)
  t.is(listener.connections.size, CONNECTIONS)
  for (const values of seen.values()) {
    t.is(new Set(values.map(([number]) => number)).size, 1)
    t.deepEqual(
      values.map(([, piece]) => piece),
      Array.from({ length: EACH }, (_, n) => n)
    )
  }
})

const SIZES = [510, 511, 512, 513, 32767, 32768, 32769, 65535, 65536, 65537, 131072, 262143, 262145]

for (const codec of ['json', 'text', 'bytes']) {
  eachEnd(test, `frames of the sizes at which the engine takes another way, ${codec}`, async (t, open) => {
    const log = receiver()
    const { peer } = await open(protocol({ codec }), log)
    // Filled with two-byte characters, so that cuts fall into them; the frame itself has `size` bytes.
    const frames = SIZES.map((size) => {
      const room = size - 2
      return `"${'é'.repeat(Math.floor(room / 2))}${room % 2 ? 'x' : ''}"`
    })
    peer.socket.write(join(frames))
    await log.seen('message', frames.length)
    const decode = { json: JSON.parse, text: String, bytes: Buffer.from }[codec]
    t.true(
      log.all('message').every(([value], index) => {
        const wanted = decode(frames[index])
        return codec === 'bytes' ? wanted.equals(value) : wanted === value
      })
    )
    t.is(log.count('message'), frames.length)
  })
}

eachEnd(test, 'objects of the sizes at which frames stop being joined', async (t, open) => {
  const log = receiver()
  const { peer } = await open(protocol(), log)
  const frames = []
  for (let size = 500; size < 530; size++) frames.push(JSON.stringify({ a: 'x'.repeat(size - 8) }))
  t.is(frames[12].length, 512)
  peer.socket.write(join(frames))
  await log.seen('message', frames.length)
  t.deepEqual(story(log), expected(frames))
})

eachEnd(test, 'bytes that are no UTF-8 become U+FFFD, the frame stays one', async (t, open) => {
  const log = receiver()
  const { peer } = await open(protocol(), log)
  const bad = Buffer.concat([Buffer.from('{"a":"'), Buffer.from([0xff, 0x61, 0xe2, 0x82]), Buffer.from('"}')])
  await peer.write(Buffer.concat([Buffer.from('{"n":1}\f'), bad, Buffer.from('\f{"n":2}\f')]))
  await log.seen('message', 3)
  t.deepEqual(story(log), [
    ['message', { n: 1 }],
    ['message', JSON.parse(bad.toString())],
    ['message', { n: 2 }]
  ])
})

eachEnd(test, 'a key __proto__ is a key like any other', async (t, open) => {
  const log = receiver()
  const { peer } = await open(protocol(), log)
  const frame = '{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}'
  await peer.write(frame + END + frame + END + '[{"__proto__":null}]' + END)
  await log.seen('message', 3)
  t.is({}.polluted, undefined)
  const [[value], , [list]] = log.all('message')
  t.deepEqual(Object.keys(value), ['__proto__', 'constructor'])
  t.is(Object.getPrototypeOf(value), Object.prototype)
  t.deepEqual(Object.keys(list[0]), ['__proto__'])
})

eachEnd(test, 'byte by byte is the same as at once', async (t, open) => {
  const log = receiver()
  const { connection, peer } = await open(protocol(), log)
  const frames = ['{"a":"é"}', '1,2', '', '{"b":[{}]}', '"😀"']
  peer.socket.setNoDelay(true)
  for (const byte of Buffer.from(join(frames))) {
    const before = connection.bytesRead
    peer.socket.write(Buffer.of(byte))
    while (connection.bytesRead === before) await new Promise((resolve) => setImmediate(resolve))
  }
  await told(log, frames.length)
  t.deepEqual(story(log), expected(frames))
})

eachEnd(test, 'the frames of a chunk come before the end and the closing', async (t, open) => {
  const log = receiver()
  const { peer } = await open(protocol(), log)
  peer.socket.end(join(Array.from({ length: 2000 }, (_, n) => `{"n":${n}}`)) + '{"partial"')
  await log.seen('closed')
  t.deepEqual(log.types.slice(0, 1), ['opened'])
  t.is(log.count('message'), 2000)
  t.deepEqual(log.types.slice(-3), ['message', 'ended', 'closed'])
  t.deepEqual(log.all('closed'), [[false]])
})

eachEnd(test, 'lines, objects without a delimiter, raw chunks', async (t, open) => {
  const lines = receiver()
  const first = await open({ framing: { mode: 'line' }, codec: 'text' }, lines)
  first.peer.socket.end('a\nb\r\n\nrest')
  const objects = receiver()
  const second = await open({ framing: { mode: 'json-object' }, codec: 'json' }, objects)
  second.peer.socket.end('{"a":1}{"b":"}"} \n{"c":')
  const raw = receiver()
  const third = await open({ framing: { mode: 'raw' }, codec: 'bytes' }, raw)
  third.peer.socket.end('hello')
  await Promise.all([lines, objects, raw].map((log) => log.seen('closed')))
  t.deepEqual(
    lines.all('message').map(([text]) => text),
    ['a', 'b', '', 'rest']
  )
  t.deepEqual(
    objects.all('message').map(([value]) => value),
    [{ a: 1 }, { b: '}' }]
  )
  t.deepEqual(
    raw.events.map(([type, value]) => (type === 'chunk' ? value.toString() : type)),
    ['opened', 'hello', 'ended', 'closed']
  )
})

eachEnd(test, 'a receiver without methods is told nothing, and nothing is thrown', async (t, open) => {
  const { connection, peer } = await open(protocol(), {})
  const ended = new Promise((resolve) => connection.on('close', resolve))
  peer.socket.end('{}\f1\f{"a"\f' + `"${'x'.repeat(600)}"\f`)
  t.false(await ended)
})
