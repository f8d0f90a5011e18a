'use strict'

const test = require('ava')
const { makeClient, start, pair, connected, RECEIVERS, frame } = require('./support')
const { Recorder, next } = require('../common/events')
const { local } = require('../common/places')
const { dial, listen, settle } = require('../common/raw')
const { interval } = require('../common/deadline')

const LIFE = ['connect', 'reconnect', 'connectError', 'disconnect', 'error', 'closed', 'close']

test('SI-22: closed, then close, and no reconnect', async (t) => {
  const { server, client } = await pair(t, await local(t), { reconnectDelay: 5 })
  const log = new Recorder(client, LIFE)
  const connections = new Recorder(server, ['connection'])
  t.is(client.close(), undefined)
  t.deepEqual(log.types, [])
  await log.seen('close')
  await interval(60)
  t.deepEqual(log.events, [['closed'], ['close']])
  t.is(connections.count('connection'), 0)
})

test('SI-22: the socket ends and closes before', async (t) => {
  const { client } = await pair(t, await local(t))
  client.close()
  await next(client, 'close')
  const again = await pair(t, await local(t))
  const log = new Recorder(again.client, LIFE)
  log.follow(again.client._socket, ['end', 'close'], 'socket')
  again.client.close()
  await log.seen('close')
  t.is(log.types.filter((type) => type.startsWith('socket')).length, 2)
})

test('SI-22: handlers that `connect` gives the socket hear of its end before the client tells', async (t) => {
  const address = await local(t)
  await start(t, address)
  const client = makeClient(t, address)
  const log = new Recorder(client, LIFE)
  client.on('connect', (socket) => {
    log.follow(socket, ['end', 'close'], 'socket')
    client.send('m', 1)
    client.close()
  })
  client.connect()
  await log.seen('close')
  t.deepEqual(log.types, ['connect', 'socket.end', 'socket.close', 'closed', 'close'])
})

test('SI-22: what was sent before close() arrives', async (t) => {
  const { server, client, socket } = await pair(t, await local(t))
  const log = new Recorder(server, ['message', 'error']).follow(socket, ['close'], 'socket')
  for (let n = 0; n < 100; n++) client.send('m', n)
  client.send('m', 'x'.repeat(1 << 20))
  client.close()
  await log.seen('socket.close')
  t.is(log.count('message'), 101)
  t.is(log.types.at(-1), 'socket.close')
})

test('SI-22: what the server sends after close(), until it ends, is emitted', async (t) => {
  const address = await local(t)
  const server = await listen(t, { ...address, allowHalfOpen: true })
  server.server.allowHalfOpen = true
  const client = await connected(t, address)
  const peer = await server.accepted()
  const log = new Recorder(client, [...LIFE, 'message'])
  client.close()
  await peer.until(({ ended }) => ended, 'the end')
  t.deepEqual(log.types, [])
  peer.socket.end(frame('m', 'goodbye'))
  await log.seen('close')
  t.deepEqual(log.types, ['message', 'closed', 'close'])
})

test('SI-22: a second call adds nothing', async (t) => {
  const { client } = await pair(t, await local(t))
  const log = new Recorder(client, LIFE)
  client.close()
  client.close()
  await log.seen('close')
  client.close()
  await settle()
  t.deepEqual(log.types, ['closed', 'close'])
})

test('SI-22: close() of a client whose server has just ended', async (t) => {
  const { target, socket, peer } = await RECEIVERS.client(t, await local(t), { reconnectDelay: 5 })
  const log = new Recorder(target, LIFE)
  socket.on('end', () => target.close())
  peer.socket.end()
  await log.seen('close')
  await interval(60)
  t.deepEqual(log.types, ['closed', 'close'])
})

test('SI-22: close() during an attempt: neither connect nor connectError (rulings 10, 11)', async (t) => {
  const address = await local(t)
  const server = await listen(t, address)
  const missing = await local(t)
  for (const place of [address, missing]) {
    const client = makeClient(t, place, { retryDelay: 5 })
    const log = new Recorder(client, LIFE)
    client.connect()
    client.close()
    t.deepEqual(log.types, ['closed', 'close'])
    await interval(60)
    t.deepEqual(log.types, ['closed', 'close'])
  }
  for (const peer of server.peers) await peer.close()
})

test('SI-22: close() while a retry waits (ruling 11)', async (t) => {
  const address = await local(t)
  const client = makeClient(t, address, { retryDelay: 30 })
  const log = new Recorder(client, LIFE)
  client.connect()
  await log.seen('connectError')
  client.close()
  t.deepEqual(log.types, ['connectError', 'closed', 'close'])
  const server = await listen(t, address)
  await interval(100)
  t.is(server.peers.length, 0)
  t.is(log.types.length, 3)
})

test('SI-22: close() while a reconnect waits (ruling 11)', async (t) => {
  const { target, peer } = await RECEIVERS.client(t, await local(t), { reconnectDelay: 30 })
  const log = new Recorder(target, LIFE)
  peer.socket.destroy()
  await log.seen('disconnect')
  target.close()
  t.deepEqual(log.types, ['disconnect', 'closed', 'close'])
  await interval(100)
  t.is(log.types.length, 3)
})

test('SI-22: close() in a handler of connect', async (t) => {
  const address = await local(t)
  const server = await listen(t, address)
  const client = makeClient(t, address)
  const log = new Recorder(client, LIFE)
  client.on('connect', () => client.close())
  client.connect()
  await log.seen('close')
  t.deepEqual(log.types, ['connect', 'closed', 'close'])
  await (await server.accepted()).close()
})

test('SI-22: the end of a client is no matter of other clients', async (t) => {
  const address = await local(t)
  const { server, client } = await pair(t, address)
  const other = await connected(t, address)
  const closed = next(client, 'close')
  client.close()
  await closed
  const message = next(other, 'message')
  server.broadcast('m', 'still there')
  t.is((await message)[0], 'still there')
})

test('SI-23: close() before any connection emits closed and close, at once and once (ruling 11)', async (t) => {
  const client = makeClient(t, await local(t))
  const log = new Recorder(client, LIFE)
  t.is(client.close(), undefined)
  t.deepEqual(log.events, [['closed'], ['close']])
  client.close()
  await settle()
  t.is(log.types.length, 2)
})

test('the server sees a client that is closed during its attempt come and go at most (ruling 10)', async (t) => {
  const address = await local(t)
  const server = await start(t, address)
  const client = makeClient(t, address)
  client.connect()
  client.close()
  const peer = await dial(t, address)
  const message = next(server, 'message')
  await peer.write(frame('m', 1))
  await message
  await settle()
  t.is(server._sockets.size, 1)
})
