'use strict'

const fs = require('node:fs')
const test = require('ava')
const {
  connected,
  makeClient,
  pair,
  part,
  payloads,
  receive,
  recorded,
  silent,
  start,
  text
} = require('./support')
const { next } = require('../common/events')
const { local } = require('../common/places')
const { dial, listen, settle } = require('../common/raw')

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/
const EMPTY = [0, -0, NaN, '', null, undefined, false, 0n]

// Every way to send: what `send` does arrives at the raw `peer`.
const SENDERS = {
  'client.send': async (t, address, options) => {
    const server = await listen(t, address)
    const { client } = await connected(t, address, options)
    return { peer: await server.accepted(), send: client.send }
  },
  'writer.send': async (t, address, options) => {
    const server = start(t, address, options)
    const accepted = next(server, 'client')
    const peer = await dial(t, address)
    const [socket] = await accepted
    return { peer, send: (message) => server.getWriter().send(message, socket) }
  },
  'server.broadcast': async (t, address, options) => {
    const server = start(t, address, options)
    const accepted = next(server, 'client')
    const peer = await dial(t, address)
    await accepted
    return { peer, send: server.broadcast }
  }
}

class Dated {
  constructor() {
    this.at = 1
  }
  toJSON(key) {
    return { key, at: this.at }
  }
}

const MESSAGES = [
  'text',
  'é€😀 \u2028 \ufeff',
  '"quoted" \\ \n \r\n \0 \f |',
  'lone \ud800',
  1.5,
  -1e300,
  Infinity,
  true,
  [],
  {},
  [1, [2, { 3: null }], undefined],
  { a: 1, mid: 'mine', ts: 0, message: { message: '' }, gone: undefined, ['__proto__']: 1 },
  new Date(0),
  new Dated(),
  Object.assign(Object.create(null), { bare: true }),
  new Map([[1, 2]]),
  Object('boxed'),
  () => {},
  Symbol('s'),
  'x'.repeat(65537)
]

for (const [name, sender] of Object.entries(SENDERS)) {
  test(`SM-4: ${name} writes one line with mid, ts and message`, async (t) => {
    const { peer, send } = await sender(t, await local(t))
    const before = Date.now()
    send({ a: 1 })
    const [line] = await peer.frames(1, '\n')
    const wrapper = JSON.parse(line)
    t.deepEqual(Object.keys(wrapper), ['mid', 'ts', 'message'])
    t.regex(wrapper.mid, UUID)
    t.true(Number.isInteger(wrapper.ts) && wrapper.ts >= before && wrapper.ts <= Date.now())
    t.is(line, `{"mid":"${wrapper.mid}","ts":${wrapper.ts},"message":{"a":1}}`)
    await settle()
    t.is(peer.received.toString(), `${line}\n`)
  })

  test(`SM-4: what ${name} writes is JSON.stringify of the wrapper it returns`, async (t) => {
    const { peer, send } = await sender(t, await local(t))
    const wrappers = MESSAGES.map((message) => send(message))
    const lines = await peer.frames(MESSAGES.length, '\n')
    const sent = Buffer.from(wrappers.map((wrapper) => JSON.stringify(wrapper)).join('\n')).toString()
    t.is(lines.join('\n'), sent)
    for (const [at, wrapper] of wrappers.entries()) t.is(wrapper.message, MESSAGES[at])
    t.is(new Set(wrappers.map(({ mid }) => mid)).size, MESSAGES.length)
  })

  test(`SM-4: what JSON has no form for is thrown by ${name}, and nothing is written`, async (t) => {
    const { peer, send } = await sender(t, await local(t))
    const cycle = {}
    cycle.cycle = cycle
    for (const message of [cycle, 1n, { big: 1n }]) t.throws(() => send(message), { instanceOf: TypeError })
    const wrapper = send('whole')
    await peer.frames(1, '\n')
    t.is(peer.received.toString(), JSON.stringify(wrapper) + '\n')
  })
}

for (const name of ['client.send', 'writer.send']) {
  test(`SM-5: ${name} returns the wrapper it sent`, async (t) => {
    const { peer, send } = await SENDERS[name](t, await local(t))
    const message = { a: [1] }
    const wrapper = send(message)
    t.is(wrapper.message, message)
    t.deepEqual(JSON.parse((await peer.frames(1, '\n'))[0]), wrapper)
  })

  test(`SM-5: ${name} sends nothing for an empty message`, async (t) => {
    const { said, log } = recorded()
    const { peer, send } = await SENDERS[name](t, await local(t), { log })
    for (const message of EMPTY) t.is(send(message), undefined, String(message))
    t.deepEqual(
      said.all('error').map(text),
      Array(EMPTY.length).fill('wrap message expects a message object...')
    )
    const wrapper = send('last')
    await peer.frames(1, '\n')
    t.is(peer.received.toString(), JSON.stringify(wrapper) + '\n')
  })
}

test('SM-4: no two wrappers have the same mid, and all are UUIDs of version 4', (t) => {
  const writer = new (part('MessageWriter'))({ log: silent })
  const mids = Array.from({ length: 10000 }, () => writer.wrapMessage('x').mid)
  t.is(new Set(mids).size, mids.length)
  t.true(mids.every((mid) => UUID.test(mid)))
  // Every digit but that of the version is at every place, some time.
  const places = new Set(mids.flatMap((mid) => Array.from(mid, (digit, place) => `${place} ${digit}`)))
  t.is(places.size, 30 * 16 + 4 + 1 + 4)
})

test('SM-5: wrapMessage gives undefined for an empty message', (t) => {
  const { said, log } = recorded()
  const writer = new (part('MessageWriter'))({ log })
  for (const message of EMPTY) t.is(writer.wrapMessage(message), undefined)
  t.is(said.count('error'), EMPTY.length)
})

test('SM-6: send() without a connection warns and returns undefined', async (t) => {
  const { said, log } = recorded()
  const client = makeClient(t, await local(t), { log })
  const expected = 'client socket is no longer writable: no socket available...'
  t.is(client.send({ a: 1 }), undefined)
  client.start()
  const wrapper = client.send({ a: 1 })
  await said.seen('warn', 2)
  const lines = said.all('warn').map(text)
  if (process.platform === 'win32') {
    // Only the attempt tells that nobody is there.
    t.deepEqual(wrapper.message, { a: 1 })
    t.deepEqual(lines, [expected, 'what was sent before there was a server is lost'])
  } else {
    t.is(wrapper, undefined)
    t.deepEqual(lines, [expected, expected])
  }
})

test('SM-6: nor after the client has stopped', async (t) => {
  const { said, log } = recorded()
  const server = await listen(t, await local(t))
  const { client } = await connected(t, { path: server.server.address() }, { log })
  const peer = await server.accepted()
  client.stop()
  t.is(client.send({ a: 1 }), undefined)
  t.is(said.count('warn'), 1)
  await peer.close()
  t.is(client.send({ a: 1 }), undefined)
  t.is(peer.received.length, 0)
})

test('SM-6: nor to a client that has gone', async (t) => {
  const { said, log } = recorded()
  const { server, client, socket } = await pair(t, await local(t), { log })
  const closed = next(socket, 'close')
  client.stop()
  await closed
  said.forget()
  t.is(server.getWriter().send({ a: 1 }, socket), undefined)
  t.deepEqual(said.all('warn').map(text), [`client socket is no longer writable: ${socket.id}`])
})

test('SM-6: what is sent while the connection is being established arrives, in order', async (t) => {
  const address = await local(t)
  const heard = receive(start(t, address))
  const client = makeClient(t, address)
  client.start()
  for (let n = 1; n <= 10; n++) t.is(client.send(n).message, n)
  await heard.seen('message', 10)
  t.deepEqual(payloads(heard), [1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
})

test('SM-6: a burst is received completely and in order', async (t) => {
  const { server, client } = await pair(t, await local(t))
  const heard = receive(server)
  const numbers = Array.from({ length: 10000 }, (_, n) => n + 1)
  for (const n of numbers) client.send(n)
  await heard.seen('message', numbers.length)
  t.deepEqual(payloads(heard), numbers)
})

test('SM-7: broadcast() sends everybody the same wrapper, which it returns', async (t) => {
  const address = await local(t)
  const server = start(t, address)
  const heard = []
  for (let n = 0; n < 5; n++) {
    const accepted = next(server, 'client')
    const { client } = await connected(t, address)
    heard.push(receive(client))
    await accepted
  }
  const wrapper = server.broadcast({ to: 'all' })
  t.deepEqual(Object.keys(wrapper), ['mid', 'ts', 'message'])
  for (const log of heard) {
    await log.seen('message')
    t.deepEqual(log.all('message')[0][0], wrapper)
  }
})

for (const kind of [Array, Set]) {
  test(`SM-7: broadcast() with a list sends only to those in it, ${kind.name}`, async (t) => {
    const address = await local(t)
    const server = start(t, address)
    const peers = []
    for (let n = 0; n < 3; n++) {
      const accepted = next(server, 'client')
      const peer = await dial(t, address)
      peers.push({ peer, socket: (await accepted)[0] })
    }
    const list = [peers[0].socket, peers[2].socket]
    const some = server.broadcast('some', kind === Set ? new Set(list) : list)
    const none = server.broadcast('none', [])
    const all = server.broadcast('all', null)
    t.is(none.message, 'none')
    const expected = [[some, all], [all], [some, all]]
    for (const [at, { peer }] of peers.entries()) {
      const lines = await peer.frames(expected[at].length, '\n')
      t.deepEqual(
        lines.map((line) => JSON.parse(line)),
        expected[at]
      )
    }
  })
}

test('SM-7: broadcast() passes over those who have gone', async (t) => {
  const address = await local(t)
  const { server, client, socket } = await pair(t, address)
  const [gone] = [socket]
  const closed = next(gone, 'close')
  client.stop()
  await closed
  const accepted = next(server, 'client')
  const peer = await dial(t, address)
  const [there] = await accepted
  const wrapper = server.broadcast('m', [gone, there])
  t.deepEqual(JSON.parse((await peer.frames(1, '\n'))[0]), wrapper)
})

test('SM-7: the list may hold connections of another server, and streams of any kind', async (t) => {
  const [one, two] = [await local(t), await local(t)]
  const server = start(t, one)
  const other = start(t, two, { separator: '|' })
  const accepted = next(other, 'client')
  const peer = await dial(t, two)
  const [socket] = await accepted
  const written = []
  const stream = { writable: true, write: (chunk) => written.push(chunk) }
  const full = { writable: false, write: () => t.fail() }
  const wrapper = server.broadcast('m', [stream, full, socket])
  t.is(written.join(''), JSON.stringify(wrapper) + '\n')
  await peer.frames(1, '\n')
  t.is(peer.received.toString(), JSON.stringify(wrapper) + '\n')
})

test('SM-8: broadcast() of an empty message returns undefined without clients', async (t) => {
  const { said, log } = recorded()
  const server = start(t, await local(t), { log })
  for (const message of EMPTY) t.is(server.broadcast(message), undefined)
  t.is(said.count('error'), EMPTY.length)
})

test('SM-8: broadcast() of an empty message returns undefined with clients (ruling 6)', async (t) => {
  const { said, log } = recorded()
  const address = await local(t)
  const server = start(t, address, { log })
  const accepted = next(server, 'client')
  const peer = await dial(t, address)
  await accepted
  for (const message of EMPTY) t.is(server.broadcast(message), undefined)
  t.is(said.count('error'), EMPTY.length)
  const wrapper = server.broadcast('last')
  await peer.frames(1, '\n')
  t.is(peer.received.toString(), JSON.stringify(wrapper) + '\n')
})

test('SM-24: writers count what was sent with send(), broadcasts do not count', async (t) => {
  const { said, log } = recorded()
  const address = await local(t)
  const server = start(t, address, { log })
  const accepted = next(server, 'client')
  await dial(t, address)
  const [socket] = await accepted
  const writer = server.getWriter()
  t.is(writer.getMessageCount(), 0)
  for (let n = 0; n < 3; n++) writer.send('m', socket)
  writer.send('', socket)
  writer.send('m', null)
  server.broadcast('m')
  t.is(writer.getMessageCount(), 3)
  t.true(said.all('info').map(text).includes('total messages written: 3'))
})

test('SM-4: each line that is sent and read is in the log, for those who show debug lines', async (t) => {
  const { said, log } = recorded()
  const { server, client, socket } = await pair(t, await local(t), { log })
  const heard = receive(server)
  const wrapper = client.send('m')
  await heard.seen('message')
  const json = JSON.stringify(wrapper)
  const sent = server.broadcast('b')
  const lines = said.all('debug').map(text)
  t.true(
    lines.some((line) => line.startsWith(`> send: ${json} to client: `)),
    lines.join('\n')
  )
  t.true(lines.includes(`< read: ${json}, message count: 1`))
  t.true(lines.includes(`> broadcast: ${socket.id}: ${JSON.stringify(sent)}`))
})

test('a client that has no socket file to go to leaves none behind', async (t) => {
  const address = await local(t)
  makeClient(t, address, { log: silent }).start()
  await settle()
  t.false(fs.existsSync(address.path))
})
