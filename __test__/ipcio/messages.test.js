'use strict'

const test = require('ava')
const {
  client,
  connected,
  domainOf,
  encode,
  recording,
  server,
  wireClient,
  wireServer
} = require('./support')
const { settle } = require('../common/raw')

test('IO-15: results, promises of results and undefined are delivered', async (t) => {
  const domain = domainOf(t)
  const handlers = {
    now: ({ data }) => ({ got: data }),
    later: async ({ data }) => [data],
    never() {},
    zero: () => 0
  }
  server(t, { domain }, handlers).start()
  const one = await connected(t, { domain, name: 'one' }, handlers)
  const two = await connected(t, { domain, name: 'two' })
  t.deepEqual(await two.deliver('now', 1), { got: 1 })
  t.deepEqual(await two.deliver('later', 'é'), ['é'])
  t.is(await two.deliver('never', 1), null)
  t.is(await two.deliver('zero', 1), 0)
  t.deepEqual(await two.deliver('one', 'now', { x: '}{' }), { got: { x: '}{' } })
  t.deepEqual(await two.deliver('one', 'later', 2), [2])
  t.is(await two.deliver('one', 'never', 2), null)
  t.is(await two.deliver('one', 'none', 2), null)
  t.is(await one.deliver('one', 'zero', 2), 0, 'also to itself')
})

test('IO-17: deliver without a name goes to the server', async (t) => {
  const domain = domainOf(t)
  server(t, { domain }, { who: () => 'server', one: ({ data }) => data }).start()
  const one = await connected(t, { domain, name: 'one' }, { who: () => 'one' })
  t.is(await one.deliver('who', 1), 'server')
  t.is(await one.deliver('one', 'who', 1), 'one')
  t.is(await one.deliver('one', 'who'), 'who', 'without data the first two are command and data')
})

test('deliver to nobody: pending, or rejected after deliveryTimeout', async (t) => {
  const domain = domainOf(t)
  server(t, { domain }).start()
  const hasty = await connected(t, { domain, deliveryTimeout: 100 })
  await t.throwsAsync(hasty.deliver('nobody', 'x', 1), { code: 'ERR_IPC_DELIVERY_TIMEOUT' })
  // As long as no test waits: however slow the machine, the server answers in time.
  const patient = await connected(t, { domain, deliveryTimeout: 600000 })
  t.is(await patient.deliver('x', 1), null, 'the server answers in time')
  const client = await connected(t, { domain })
  const outcome = await Promise.race([client.deliver('nobody', 'x', 1), settle().then(() => 'pending')])
  t.is(outcome, 'pending')
})

test('IO-18: emit and broadcast of a client', async (t) => {
  const domain = domainOf(t)
  const own = server(t, { domain }, { e: () => t.fail(), b: () => t.fail() }).start()
  const logs = []
  const clients = []
  for (const name of ['a', 'b', 'c']) {
    const { log, handlers } = recording('e', 'b', 'end')
    logs.push(log)
    clients.push(await connected(t, { domain, name }, handlers))
  }
  await clients[0].emit('b', 'e', 1)
  await clients[0].broadcast('b', { x: 2 })
  // What came by the same socket before has been passed on by then.
  await clients[0].discover()
  own.broadcast('end')
  for (const log of logs) await log.seen('end')
  const end = ['end', null]
  t.deepEqual(
    logs.map(({ events }) => events),
    [[end], [['e', 1], ['b', { x: 2 }], end], [['b', { x: 2 }], end]]
  )
})

test('IO-18: with echoBroadcast the sender gets it too', async (t) => {
  const domain = domainOf(t)
  server(t, { domain, echoBroadcast: true }).start()
  const { log, handlers } = recording('b')
  const one = await connected(t, { domain }, handlers)
  await one.broadcast('b', 1)
  await log.seen('b')
  t.deepEqual(log.events, [['b', 1]])
})

test('IO-12: relayed data that is false in JavaScript', async (t) => {
  for (const falsyAsNull of [false, true]) {
    const domain = domainOf(t)
    server(t, { domain, falsyAsNull }).start()
    const { log, handlers } = recording('e')
    await connected(t, { domain, name: 'one' }, handlers)
    const two = await connected(t, { domain })
    for (const data of [0, false, '', 1]) two.emit('one', 'e', data)
    await log.seen('e', 4)
    const got = log.events.map(([, data]) => data)
    t.deepEqual(got, falsyAsNull ? [null, null, null, 1] : [0, false, '', 1])
  }
})

test('IO-19, IO-20: server.broadcast leaves out one client, server.emit to nobody writes nothing', async (t) => {
  const domain = domainOf(t)
  const own = server(t, { domain }).start()
  const a = await wireClient(t, domain, 'a')
  const b = await wireClient(t, domain, 'b')
  t.is(own.broadcast('b', 1, 'a'), own)
  t.is(own.emit('nobody', 'x', 1), own)
  t.is(own.emit('__proto__', 'x', 1), own)
  t.is(own.emit(null, 'x', 1), own)
  const frame = encode('b', 1)
  t.is(await b.socket.bytes(frame), frame)
  await settle()
  t.is(a.socket.take() + b.socket.take() + a.shared.take() + b.shared.take(), '')
})

test('IO-21: discover', async (t) => {
  const domain = domainOf(t)
  const own = server(t, { domain }, { x() {} }).start()
  own.addHandlers({ y() {} })
  const one = await connected(t, { domain, name: 'one' })
  const first = one.discover()
  t.is(one.discover(), first)
  t.deepEqual(await first, { clients: ['one'], command_handlers: ['x', 'y'] })
  t.not(one.discover(), first)
})

test('a discover answer nobody asked for is ignored', async (t) => {
  const domain = domainOf(t)
  const wire = await wireServer(t, domain)
  const { log, handlers } = recording('a')
  client(t, { domain, name: 'one' }, handlers).connect()
  const { shared, socket } = await wire.accepted()
  await shared.write(encode('discover', { clients: [], command_handlers: [] }, null, 'one'))
  await settle()
  await socket.write(encode('a', 1))
  await log.seen('a')
  t.pass()
})

test('messages and results of 1 MB are relayed', async (t) => {
  const domain = domainOf(t)
  server(t, { domain }).start()
  await connected(t, { domain, name: 'one' }, { back: ({ data }) => data })
  const two = await connected(t, { domain })
  const data = ['"}{\\é😀\r\n'.repeat(100000)]
  const result = await two.deliver('one', 'back', data)
  t.true(result[0] === data[0])
})

test('many messages come in order', async (t) => {
  const domain = domainOf(t)
  const { log, handlers } = recording('s')
  server(t, { domain }, handlers).start()
  const got = []
  let done
  const all = new Promise((resolve) => (done = resolve))
  await connected(t, { domain, name: 'one' }, { e: ({ data }) => got.push(data) === 20000 && done() })
  const two = await connected(t, { domain })
  for (let n = 0; n < 20000; n++) {
    two.emit('one', 'e', n)
    two.send('s', n)
  }
  await all
  await log.seen('s', 20000)
  t.true(got.every((data, n) => data === n))
  t.true(log.all('s').every(([data], n) => data === n))
})
