'use strict'

const test = require('ava')
const { makeClient, makeServer, start, pair } = require('./support')
const { Recorder, next } = require('../common/events')
const { local } = require('../common/places')
const { dial, listen } = require('../common/raw')

const LISTEN_TWICE = { message: 'Can not listen twice.' }
const CONNECT_TWICE = { message: 'ipc.Client.connect() already called.' }

test('SI-20: listen() a second time throws, also after close()', async (t) => {
  const address = await local(t)
  const server = makeServer(t, address)
  const log = new Recorder(server, ['listening', 'error', 'close'])
  t.is(server.listen(), undefined)
  t.throws(() => server.listen(), LISTEN_TWICE)
  await log.seen('listening')
  t.throws(() => server.listen(), LISTEN_TWICE)
  await dial(t, address)
  server.close()
  t.throws(() => server.listen(), LISTEN_TWICE)
  await log.seen('close')
  t.throws(() => server.listen(), LISTEN_TWICE)
  t.deepEqual(log.types, ['listening', 'close'])
})

test('SI-20: listen() after an error throws', async (t) => {
  const address = await local(t)
  await start(t, address)
  const server = makeServer(t, address)
  const error = next(server, 'error')
  server.listen()
  await error
  t.throws(() => server.listen(), LISTEN_TWICE)
})

test('SI-20: listen() after close() without listen() throws (ruling 17)', async (t) => {
  const server = makeServer(t, await local(t))
  server.close()
  t.throws(() => server.listen(), LISTEN_TWICE)
})

test('SI-20: connect() a second time throws', async (t) => {
  const address = await local(t)
  const client = makeClient(t, address)
  t.is(client.connect(), undefined)
  t.throws(() => client.connect(), CONNECT_TWICE)
  await next(client, 'connectError')
  t.throws(() => client.connect(), CONNECT_TWICE)
  await start(t, address)
  await next(client, 'connect')
  t.throws(() => client.connect(), CONNECT_TWICE)
})

test('SI-20: connect() after close() throws, if it was called before', async (t) => {
  const { client } = await pair(t, await local(t))
  const closed = next(client, 'close')
  client.close()
  t.throws(() => client.connect(), CONNECT_TWICE)
  await closed
  t.throws(() => client.connect(), CONNECT_TWICE)
})

test('SI-20: connect() for the first time after close() does nothing (ruling 10)', async (t) => {
  const address = await local(t)
  const server = await listen(t, address)
  const client = makeClient(t, address)
  const log = new Recorder(client, ['connect', 'connectError', 'error', 'closed', 'close'])
  client.close()
  t.is(client.connect(), undefined)
  t.throws(() => client.connect(), CONNECT_TWICE)
  const other = await dial(t, address)
  await server.accepted()
  other.socket.destroy()
  t.deepEqual(log.types, ['closed', 'close'])
  t.is(server.peers.length, 1)
})
