'use strict'

// With a peer written from the wire tables (../ipcio/reference-peer.js says why there is no original), both ways.

const test = require('ava')
const { client, connected, domainOf, recording, server } = require('../ipcio/support')
const { ReferenceClient, ReferenceServer } = require('../ipcio/reference-peer')
const { Recorder } = require('../common/events')
const { state } = require('../common/deadline')

const VALUES = [
  'text',
  'é😀日本\u2028',
  { a: [1, 2.5, null, true, { b: 'c' }] },
  [],
  {},
  1,
  true,
  '"\\quoted\\"',
  'x'.repeat(60000)
]

/** A reference client of `domain` that records `commands` and answers `q`. */
async function reference(t, domain, name, ...commands) {
  const peer = new ReferenceClient(domain, name)
  const log = new Recorder(peer, commands)
  peer.on('q', (data) => ({ [name]: data }))
  await peer.connect()
  t.teardown(() => peer.close())
  return { peer, log }
}

test('IO-34: reference client, own server', async (t) => {
  const domain = domainOf(t)
  const { log, handlers } = recording('s')
  const own = server(t, { domain }, { ...handlers, ask: async ({ data }) => [data] }).start()
  const { peer, log: got } = await reference(t, domain, 'peer', 'c', 'b')
  const { peer: other, log: seen } = await reference(t, domain, 'other', 'e', 'b')
  for (const value of VALUES) {
    peer.send('s', value)
    await log.until(({ events }) => JSON.stringify(events.at(-1)) === JSON.stringify(['s', value]))
    own.emit('peer', 'c', value)
    await got.until(({ events }) => JSON.stringify(events.at(-1)) === JSON.stringify(['c', value]))
    peer.sendTo('other', 'e', value)
    await seen.until(({ events }) => JSON.stringify(events.at(-1)) === JSON.stringify(['e', value]))
    t.deepEqual(await peer.deliver(null, 'ask', value), [value])
    t.deepEqual(await peer.deliver('other', 'q', value), { other: value })
  }
  peer.broadcast('b', 1)
  await seen.seen('b')
  own.broadcast('b', 2)
  await got.seen('b')
  t.deepEqual(got.all('b'), [[2]])
  t.deepEqual(await other.discover(), { clients: ['peer', 'other'], command_handlers: ['s', 'ask'] })
})

test('IO-34: own client, reference server', async (t) => {
  const domain = domainOf(t)
  const there = new ReferenceServer(domain)
  const log = new Recorder(there, ['s'])
  there.on('ask', (data) => [data])
  await there.start()
  t.teardown(() => there.close())
  const got = recording('c', 'e', 'b')
  const one = await connected(
    t,
    { domain, name: 'one' },
    { ...got.handlers, q: ({ data }) => ({ one: data }) }
  )
  const two = await connected(t, { domain, name: 'two' })
  // The original learns of a private socket only after its client.
  while ((await two.deliver('ask', 1)) === undefined);
  await one.deliver('ask', 1)
  for (const value of VALUES) {
    two.send('s', value)
    await log.until(({ events }) => JSON.stringify(events.at(-1)?.[1]) === JSON.stringify(value))
    there.send('one', 'c', value)
    await got.log.until(({ events }) => JSON.stringify(events.at(-1)) === JSON.stringify(['c', value]))
    two.emit('one', 'e', value)
    await got.log.until(({ events }) => JSON.stringify(events.at(-1)) === JSON.stringify(['e', value]))
    t.deepEqual(await two.deliver('ask', value), [value])
    t.deepEqual(await two.deliver('one', 'q', value), { one: value })
  }
  two.broadcast('b', 1)
  await got.log.seen('b')
  t.deepEqual(await two.discover(), { clients: ['one', 'two'], command_handlers: ['s', 'ask'] })
  await t.throwsAsync(client(t, { domain, name: 'one' }).connect(), { code: 201 })
})

test('IO-34: reference and own clients talk to each other', async (t) => {
  const domain = domainOf(t)
  server(t, { domain }).start()
  const got = recording('e')
  const own = await connected(t, { domain, name: 'own' }, { ...got.handlers, q: ({ data }) => [data] })
  const { peer, log } = await reference(t, domain, 'peer', 'e')
  peer.sendTo('own', 'e', 1)
  await got.log.seen('e')
  own.emit('peer', 'e', 2)
  await log.seen('e')
  t.deepEqual(await peer.deliver('own', 'q', 'x'), ['x'])
  t.deepEqual(await own.deliver('peer', 'q', 'x'), { peer: 'x' })
  peer.close()
  await state(() => own.isConnected(), 'it to stay')
})
