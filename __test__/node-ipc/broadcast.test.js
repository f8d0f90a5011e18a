'use strict'

const test = require('ava')
const { instance, start, connected } = require('./support')
const { next, Recorder } = require('../common/events')
const { local, eachTransport } = require('../common/places')
const { dial, settle } = require('../common/raw')

eachTransport(
  test,
  'NI-35: broadcast reaches every connected client once, and only those',
  async (t, address) => {
    const server = await start(instance(t), address)
    const other = await start(instance(t), await local(t))
    const accepted = new Recorder(server, ['connect', 'close'])
    const stranger = await connected(instance(t), { path: other.path })
    const log = new Recorder(stranger, ['m'])
    const clients = []
    for (let number = 0; number < 5; number++) {
      const client = await connected(instance(t), address)
      clients.push(client)
      log.follow(client, ['m'], String(number))
    }
    const raw = await dial(t, address)
    await accepted.seen('connect', 6)
    clients[1].socket.destroy()
    clients[1].config.stopRetrying = true
    await accepted.seen('close')

    t.is(server.broadcast('m', { n: 1 }), undefined)
    t.deepEqual(await raw.frames(1), ['{"type":"m","data":{"n":1}}'])
    await log.until(() => log.events.length >= 4, 'four clients to hear')
    server.broadcast('m', 2)
    await raw.frames(2)
    await log.until(() => log.events.length >= 8, 'four clients to hear twice')
    await settle()
    t.is(log.events.length, 8)
    for (const number of [0, 2, 3, 4]) t.deepEqual(log.all(`${number}.m`), [[{ n: 1 }], [2]])
    t.is(raw.received.toString(), '{"type":"m","data":{"n":1}}\f{"type":"m","data":2}\f')
  }
)

eachTransport(test, 'NI-35: broadcast and emit to one client keep their order', async (t, address) => {
  const server = await start(instance(t), address)
  const accepted = next(server, 'connect')
  const peer = await dial(t, address)
  const [socket] = await accepted
  for (let n = 0; n < 50; n++) {
    server.emit(socket, 'm', n)
    server.broadcast('m', -n)
    if (n % 10 === 0) server.emit(socket, 'big', 'x'.repeat(50000))
  }
  server.broadcast('end')
  const expected = []
  for (let n = 0; n < 50; n++) {
    expected.push(n, n === 0 ? 0 : -n)
    if (n % 10 === 0) expected.push('big')
  }
  await peer.until(() => peer.received.includes('"end"'), 'the end')
  const frames = peer.received.toString().split('\f').slice(0, -2)
  t.deepEqual(
    frames.map((text) => JSON.parse(text)).map(({ type, data }) => (type === 'big' ? 'big' : data)),
    expected
  )
})

test('NI-35: broadcast without clients does nothing', async (t) => {
  const server = await start(instance(t), await local(t))
  t.is(server.broadcast('m', 1), undefined)
})

eachTransport(test, 'NI-35: a client that reads nothing does not hold up the others', async (t, address) => {
  const server = await start(instance(t), address)
  const accepted = new Recorder(server, ['connect'])
  const slow = await dial(t, address)
  slow.socket.pause()
  const quick = await dial(t, address)
  await accepted.seen('connect', 2)
  const text = 'x'.repeat(1 << 16)
  for (let n = 0; n < 100; n++) server.broadcast('m', text)
  server.broadcast('end')
  await quick.until(() => quick.received.subarray(-40).includes('"end"'), 'the end at the quick client')
  slow.socket.resume()
  await slow.until(() => slow.received.subarray(-40).includes('"end"'), 'the end at the slow client')
  t.true(slow.received.equals(quick.received))
})
