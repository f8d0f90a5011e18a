'use strict'

const test = require('ava')
const { Recorder } = require('../common/events')
const { eachTransport, local } = require('../common/places')
const { frame, listen, settle } = require('../common/raw')
const { connect, connected, instance, start } = require('./support')

/** A client in sync mode and the raw server it is connected to. */
async function calling(t, address, config) {
  const server = await listen(t, address)
  const client = await connected(instance(t, { sync: true, ...config }), address)
  return { client, peer: await server.accepted(), server }
}

eachTransport(
  test,
  'NI-38: one request is on its way, everything received at once frees one',
  async (t, address) => {
    const { client, peer } = await calling(t, address)
    const log = new Recorder(client, ['a', 'b'])
    for (let n = 0; n < 4; n++) t.is(client.emit('m', n), undefined)
    await peer.frames(1)
    await settle()
    t.is(peer.received.toString(), frame('m', 0))
    t.is(client.queue.contents.length, 3)
    // Two frames in one chunk: one request.
    await peer.write(frame('a') + frame('b'))
    await peer.frames(2)
    await log.seen('b')
    await settle()
    t.is(peer.received.toString(), frame('m', 0) + frame('m', 1))
    await peer.send('a')
    await peer.frames(3)
    await peer.send('a')
    t.deepEqual(
      await peer.frames(4),
      [0, 1, 2, 3].map((n) => frame('m', n).slice(0, -1))
    )
    t.is(client.queue.contents.length, 0)
  }
)

test('NI-38: an answer that is no JSON is an answer', async (t) => {
  const { client, peer } = await calling(t, await local(t))
  const log = new Recorder(client, ['error'])
  client.emit('m', 0)
  client.emit('m', 1)
  await peer.frames(1)
  await peer.write('{\f')
  await log.seen('error')
  await peer.frames(2)
  t.is(peer.received.toString(), frame('m', 0) + frame('m', 1))
})

test('NI-38: raw requests are the bytes they were when emitted', async (t) => {
  const { client, peer } = await calling(t, await local(t), { rawBuffer: true })
  const bytes = Buffer.from('one')
  client.emit('zero')
  client.emit(bytes)
  bytes.fill(0)
  await peer.bytes(4)
  await settle()
  t.is(peer.received.toString(), 'zero')
  await peer.write('x')
  t.is((await peer.bytes(7)).toString(), 'zeroone')
})

test('NI-38: every request of many gets its answer in order', async (t) => {
  const address = await local(t)
  const server = await start(instance(t), address)
  server.on('m', (data, socket) => server.emit(socket, 'm', data + 1))
  const client = connect(instance(t, { sync: true }), address)
  const log = new Recorder(client, ['m'])
  for (let n = 0; n < 200; n++) client.emit('m', n)
  await log.seen('m', 200)
  t.deepEqual(
    log.all('m').map(([data]) => data),
    Array.from({ length: 200 }, (_, n) => n + 1)
  )
})

test('NI-38: the queue can be looked at, held, cleared and gone on with', async (t) => {
  const { client, peer } = await calling(t, await local(t))
  const { queue } = client
  t.true(queue.autoRun)
  queue.stop = true
  client.emit('m', 0)
  client.emit('m', 1)
  client.emit('m', 2)
  await settle()
  t.is(peer.received.length, 0)
  t.is(queue.contents.length, 3)
  queue.contents = queue.contents.slice(1)
  queue.stop = false
  queue.next()
  t.deepEqual(await peer.frames(1), [frame('m', 1).slice(0, -1)])
  queue.clear()
  t.deepEqual(queue.contents, [])
})

test('NI-38: sync is looked at with each message', async (t) => {
  const { client, peer } = await calling(t, await local(t))
  client.emit('m', 0)
  client.emit('m', 1)
  client.config.sync = false
  client.emit('m', 2)
  await peer.frames(2)
  await settle()
  t.is(peer.received.toString(), frame('m', 0) + frame('m', 2))
})

test('ruling 21: a lost answer blocks the queue, unless syncTimeout says for how long', async (t) => {
  const { client, peer } = await calling(t, await local(t), { syncTimeout: 20 })
  client.emit('m', 0)
  client.emit('m', 1)
  client.emit('m', 2)
  t.deepEqual(
    await peer.frames(3),
    [0, 1, 2].map((n) => frame('m', n).slice(0, -1))
  )
})

test('what cannot be sent throws where it is emitted, and the queue goes on', async (t) => {
  const { client, peer } = await calling(t, await local(t))
  const cycle = {}
  cycle.cycle = cycle
  client.emit('m', 0)
  t.throws(() => client.emit('m', cycle), { instanceOf: TypeError })
  client.emit('m', 1)
  await peer.frames(1)
  await peer.send('a')
  t.deepEqual(
    await peer.frames(2),
    [0, 1].map((n) => frame('m', n).slice(0, -1))
  )
})
