'use strict'

const fs = require('node:fs')
const test = require('ava')
const { makeServer, start, pair, connected, frame } = require('./support')
const { Recorder, next } = require('../common/events')
const { local } = require('../common/places')
const { dial, settle } = require('../common/raw')

const EVENTS = ['listening', 'connection', 'error', 'closed', 'close']

test('SI-21: closed, then close, and the file is gone', async (t) => {
  const address = await local(t)
  const server = await start(t, address)
  const log = new Recorder(server, EVENTS)
  t.true(fs.existsSync(address.path))
  t.is(server.close(), undefined)
  t.false(fs.existsSync(address.path))
  t.deepEqual(log.types, [])
  await log.seen('close')
  t.deepEqual(log.events, [['closed'], ['close']])
  t.false(server._server.listening)
})

test('SI-21: they come when the last connection has ended', async (t) => {
  const address = await local(t)
  const server = await start(t, address)
  const log = new Recorder(server, EVENTS)
  // Half-closed by the server; it is they who keep it open.
  const peers = [
    await dial(t, { ...address, allowHalfOpen: true }),
    await dial(t, { ...address, allowHalfOpen: true })
  ]
  await log.seen('connection', 2)
  server.close()
  for (const peer of peers) await peer.until(({ ended }) => ended, 'the end')
  peers[0].socket.end()
  await peers[0].close()
  await settle()
  t.is(log.count('close'), 0)
  peers[1].socket.end()
  await log.seen('close')
  t.deepEqual(log.types, ['connection', 'connection', 'closed', 'close'])
})

test('SI-21: a second call does nothing', async (t) => {
  const { server, client } = await pair(t, await local(t))
  const log = new Recorder(server, EVENTS)
  server.close()
  server.close()
  await log.seen('close')
  server.close()
  client.close()
  await settle()
  t.deepEqual(log.types, ['closed', 'close'])
})

test('SI-21: the client is disconnected, the server is closed', async (t) => {
  const { server, client } = await pair(t, await local(t))
  const log = new Recorder()
    .follow(server, EVENTS, 'server')
    .follow(client, ['disconnect', 'close', 'error'], 'client')
  server.close()
  await log.seen('server.close')
  await log.seen('client.disconnect')
  t.deepEqual([...log.types].sort(), ['client.disconnect', 'server.close', 'server.closed'])
})

test('SI-21: what was sent before close() arrives', async (t) => {
  const { server, client, id } = await pair(t, await local(t))
  const log = new Recorder(client, ['message', 'disconnect'])
  for (let n = 0; n < 100; n++) server.send('m', n, id)
  server.broadcast('m', 'x'.repeat(1 << 20))
  server.close()
  await log.seen('disconnect')
  t.is(log.count('message'), 101)
  t.is(log.types.at(-1), 'disconnect')
})

test('SI-21: what clients send after close(), until they end, is emitted', async (t) => {
  const address = await local(t)
  const server = await start(t, address)
  const log = new Recorder(server, [...EVENTS, 'message'])
  const peer = await dial(t, { ...address, allowHalfOpen: true })
  await log.seen('connection')
  server.close()
  await peer.until(({ ended }) => ended, 'the end')
  peer.socket.end(frame('m', 'goodbye'))
  await log.seen('close')
  t.deepEqual(log.types, ['connection', 'message', 'closed', 'close'])
})

test('SI-21: close() in the turn of listen()', async (t) => {
  const address = await local(t)
  const server = makeServer(t, address)
  const log = new Recorder(server, EVENTS)
  server.listen()
  t.true(fs.existsSync(address.path))
  server.close()
  await log.seen('close')
  await settle()
  t.deepEqual(
    log.types.filter((type) => type !== 'listening'),
    ['closed', 'close']
  )
  t.false(fs.existsSync(address.path))
})

test('SI-21: close() in a handler of connection, with more of them at the door', async (t) => {
  const address = await local(t)
  const server = await start(t, address)
  const log = new Recorder(server, EVENTS)
  server.on('connection', () => server.close())
  const peers = await Promise.all(Array.from({ length: 10 }, () => dial(t, address).catch(() => null)))
  await log.seen('close')
  t.deepEqual(log.types.slice(-2), ['closed', 'close'])
  for (const peer of peers) if (peer !== null) await peer.close()
})

test('SI-21: close() before listen() emits both (ruling 17)', async (t) => {
  const address = await local(t)
  const server = makeServer(t, address)
  const log = new Recorder(server, EVENTS)
  t.is(server.close(), undefined)
  t.deepEqual(log.types, [])
  await log.seen('close')
  server.close()
  await settle()
  t.deepEqual(log.types, ['closed', 'close'])
})

test('SI-21: close() after listen() has failed emits both', async (t) => {
  const address = await local(t)
  await start(t, address)
  const server = makeServer(t, address)
  const log = new Recorder(server, EVENTS)
  server.listen()
  await log.seen('error')
  server.close()
  await log.seen('close')
  t.deepEqual(log.types, ['error', 'closed', 'close'])
})

test('SI-21: another server can listen at the path then', async (t) => {
  const address = await local(t)
  for (let round = 0; round < 3; round++) {
    const server = await start(t, address)
    const client = await connected(t, address)
    const message = next(server, 'message')
    client.send('m', round)
    t.is((await message)[0], round)
    client.close()
    server.close()
    await next(server, 'close')
  }
})
