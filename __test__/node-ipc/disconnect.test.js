'use strict'

const test = require('ava')
const { instance, connect, connected } = require('./support')
const { Recorder } = require('../common/events')
const { eachTransport } = require('../common/places')
const { listen } = require('../common/raw')
const { interval } = require('../common/deadline')

const LIFE = ['connect', 'error', 'disconnect', 'destroy']

eachTransport(
  test,
  'NI-27: disconnect: of[id] is gone at once, disconnect and destroy follow',
  async (t, address) => {
    const server = await listen(t, address)
    const ipc = instance(t)
    const client = await connected(ipc, address, 'world')
    const peer = await server.accepted()
    const log = new Recorder(client, LIFE)
    t.is(ipc.disconnect('world'), undefined)
    t.false('world' in ipc.of)
    t.true(client.explicitlyDisconnected)
    t.deepEqual(log.types, [])
    await log.seen('destroy')
    t.deepEqual(log.types, ['disconnect', 'destroy'])
    await peer.close()
    await interval(5 * ipc.config.retry)
    t.deepEqual(log.types, ['disconnect', 'destroy'])
    t.is(server.peers.length, 1)
  }
)

eachTransport(test, 'NI-27: wildcard handlers see none of it', async (t, address) => {
  await listen(t, address)
  const ipc = instance(t)
  const client = await connected(ipc, address, 'world')
  const log = new Recorder(client, LIFE)
  client.on('*', (type) => log.add(`* ${type}`))
  ipc.disconnect('world')
  await log.seen('destroy')
  t.deepEqual(log.types, ['disconnect', 'destroy'])
})

eachTransport(test, 'NI-27: disconnect before the connection is up', async (t, address) => {
  const server = await listen(t, address)
  const ipc = instance(t)
  const client = connect(ipc, address, 'world')
  const log = new Recorder(client, LIFE)
  client.emit('lost')
  ipc.disconnect('world')
  t.false('world' in ipc.of)
  await log.seen('destroy')
  t.deepEqual(log.types, ['disconnect', 'destroy'])
  await interval(5 * ipc.config.retry)
  t.deepEqual(log.types, ['disconnect', 'destroy'])
  t.true(server.peers.every((peer) => peer.received.length === 0))
})

eachTransport(test, 'NI-27: disconnect during a pending retry publishes nothing more', async (t, address) => {
  const ipc = instance(t)
  const client = connect(ipc, address, 'world')
  const log = new Recorder(client, LIFE)
  await log.seen('disconnect')
  ipc.disconnect('world')
  t.false('world' in ipc.of)
  await interval(5 * ipc.config.retry)
  t.deepEqual(log.types, ['error', 'disconnect'])
})

eachTransport(test, 'NI-27: disconnect in the handler of disconnect stops the retry', async (t, address) => {
  const ipc = instance(t)
  const client = connect(ipc, address, 'world')
  const log = new Recorder(client, LIFE)
  client.on('disconnect', () => ipc.disconnect('world'))
  await log.seen('disconnect')
  await interval(5 * ipc.config.retry)
  t.deepEqual(log.types, ['error', 'disconnect'])
})

eachTransport(test, 'NI-27: the id is free for a new client at once', async (t, address) => {
  const server = await listen(t, address)
  const ipc = instance(t)
  const old = await connected(ipc, address, 'world')
  ipc.disconnect('world')
  const client = await connected(ipc, address, 'world')
  t.not(client, old)
  const peer = await server.accepted(2)
  client.emit('m', 1)
  t.deepEqual(await peer.frames(1), ['{"type":"m","data":1}'])
})

test('NI-28: disconnect of an unknown id returns undefined', (t) => {
  const ipc = instance(t)
  for (const id of ['unknown', '', undefined]) t.is(ipc.disconnect(id), undefined)
  t.deepEqual(Object.keys(ipc.of), [])
})
