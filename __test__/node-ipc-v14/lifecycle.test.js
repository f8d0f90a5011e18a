'use strict'

const test = require('ava')
const { eachTransport, local } = require('../common/places')
const { next, Recorder } = require('../common/events')
const { interval, state } = require('../common/deadline')
const { dial, listen, settle } = require('../common/raw')
const { instance, serve, start, connect, connected, pair, served, calling } = require('./support')

const CLIENT = ['connect', 'error', 'disconnect', 'destroy']
const SERVER = ['start', 'connect', 'socket.disconnected', 'close', 'error']

eachTransport(test, 'NI-9: serve does not listen, start does, with the listener', async (t, address) => {
  const ipc = instance(t)
  const calls = []
  const server = serve(ipc, address, (...args) => calls.push(args))
  t.is(server.server, false)
  t.is(server.stop(), undefined)
  const started = next(server, 'start')
  t.is(server.start(), undefined)
  await started
  t.deepEqual(calls, [[server.server]])
  t.true(server.server.listening)
})

test('NI-5: the callback is called at once; with nothing if the client is there', async (t) => {
  const address = await local(t)
  await start(instance(t), address)
  const ipc = instance(t)
  const calls = []
  ipc.connectTo('world', address.path, (...args) => calls.push(args))
  const client = ipc.of.world
  ipc.connectTo('world', '/elsewhere', (...args) => calls.push(args))
  t.deepEqual(calls, [[ipc], []])
  t.is(ipc.of.world, client)
  t.is(ipc.connectTo(), undefined)
})

eachTransport(test, 'connect() gives the connection that is there', async (t, address) => {
  const { client, server } = await pair(t, address)
  const log = new Recorder(server, ['connect'])
  t.is(client.connect(), client.socket)
  await settle()
  t.is(log.count('connect'), 0)
  client.socket.destroy()
  const before = client.socket
  const socket = client.connect()
  t.not(socket, before)
  t.is(client.socket, socket)
  t.is(client.retryTimer, false)
})

eachTransport(test, 'NI-22: only with identifyPeer data.id names the socket', async (t, address) => {
  for (const identifyPeer of [false, true]) {
    const { target, socket, peer } = await served(t, address, { identifyPeer })
    const log = new Recorder(target, ['m', 'socket.disconnected'])
    let during
    target.on('m', () => (during = socket.id))
    await peer.send('m', { id: 'me' })
    await log.seen('m')
    t.is(during, identifyPeer ? 'me' : undefined)
    await peer.send('m', null)
    await peer.send('m', { id: 0 })
    await log.seen('m', 3)
    peer.socket.destroy()
    await log.seen('socket.disconnected')
    t.is(log.all('socket.disconnected')[0][1], identifyPeer ? 'me' : false)
    target.stop()
    await settle()
  }
})

test('NI-23, NI-24: attempts, and their end', async (t) => {
  for (const maxRetries of [0, 2]) {
    const client = connect(instance(t, { maxRetries }), await local(t))
    const log = new Recorder(client, CLIENT)
    await log.seen('destroy')
    t.deepEqual(log.types, [
      ...Array(maxRetries + 1)
        .fill(['error', 'disconnect'])
        .flat(),
      'destroy'
    ])
    t.is(client.retryTimer, false)
    await interval(60)
    t.is(log.count('error'), maxRetries + 1)
  }
})

eachTransport(test, 'NI-25: a restart of the server', async (t, address) => {
  const hub = instance(t)
  const server = await start(hub, address)
  const client = await connected(instance(t, { maxRetries: 50 }), address)
  const log = new Recorder(client, CLIENT)
  server.stop()
  await log.seen('disconnect')
  t.truthy(client.retryTimer)
  await start(hub, address)
  await log.seen('connect')
  t.is(log.types[0], 'disconnect')
  t.is(client.retriesRemaining, 50)
  t.is(client.retryTimer, false)
})

test('NI-26: stopRetrying', async (t) => {
  const { target, peer, ipc } = await calling(t, await local(t))
  const log = new Recorder(target, CLIENT)
  ipc.config.stopRetrying = true
  peer.socket.destroy()
  await log.seen('destroy')
  t.deepEqual(log.types, ['disconnect', 'destroy'])
})

test('NI-26: stopRetrying while a retry is on the clock', async (t) => {
  const { target, peer, ipc, server } = await calling(t, await local(t))
  const log = new Recorder(target, CLIENT)
  target.on('disconnect', () => (ipc.config.stopRetrying = true))
  peer.socket.destroy()
  await log.seen('destroy')
  t.deepEqual(log.types, ['disconnect', 'destroy'])
  t.is(server.peers.length, 1)
})

eachTransport(test, 'NI-27, NI-28: disconnect is silent', async (t, address) => {
  const { client, spoke, server } = await pair(t, address)
  const log = new Recorder(client, CLIENT)
  const gone = next(server, 'close')
  t.is(spoke.disconnect('server'), undefined)
  t.is(spoke.of.server, undefined)
  t.true(client.explicitlyDisconnected)
  await gone
  await settle()
  t.deepEqual(log.types, [])
  t.is(spoke.disconnect('unknown'), undefined)
  t.is(spoke.disconnect('toString'), undefined)
})

test('NI-27: disconnect while a retry is on the clock', async (t) => {
  const ipc = instance(t)
  const client = connect(ipc, await local(t))
  const log = new Recorder(client, CLIENT)
  await log.seen('disconnect')
  ipc.disconnect('server')
  const { length } = log.types
  await interval(60)
  t.is(log.types.length, length)
  t.is(client.retryTimer, false)
})

eachTransport(test, 'NI-29, NI-30, NI-45: close comes last, with the socket', async (t, address) => {
  const { target, socket, peer } = await served(t, address)
  const log = new Recorder(target, SERVER)
  target.on('socket.disconnected', () => log.add('left', target.sockets.length))
  t.deepEqual(target.sockets, [socket])
  peer.socket.destroy()
  await log.seen('close')
  t.deepEqual(log.events, [
    ['socket.disconnected', socket, false],
    ['left', 0],
    ['close', socket]
  ])
})

eachTransport(test, 'NI-31: stop closes the connections', async (t, address) => {
  const { server, client, socket } = await pair(t, address, { maxRetries: 0 })
  const log = new Recorder(server, SERVER)
  const ends = new Recorder(client, CLIENT)
  t.is(server.stop(), undefined)
  t.deepEqual(server.sockets, [])
  await log.seen('close')
  await ends.seen('destroy')
  t.deepEqual(log.events, [['close', socket]])
  t.notThrows(() => server.stop())
  await settle()
  t.deepEqual(log.types, ['close'])
})

test('NI-33, NI-60: emit to a dead connection', async (t) => {
  for (const parser of ['fast', 'guarded']) {
    const { server, client, socket } = await pair(t, await local(t), { parser, maxRetries: 0 })
    const log = new Recorder(client, CLIENT)
    const gone = next(server, 'close')
    client.socket.destroy()
    t.is(client.emit('m', 1), false)
    await gone
    t.is(server.emit(socket, 'm', 1), false)
    await log.seen('destroy')
    t.is(client.emit('m', 1), false)
    t.deepEqual(log.types, ['disconnect', 'destroy'])
  }
})

test('NI-52: one connection too many', async (t) => {
  const address = await local(t)
  const server = await start(instance(t, { maxConnections: 1 }), address)
  const accepted = next(server, 'connect')
  await dial(t, address)
  await accepted
  const second = connect(instance(t), address)
  const log = new Recorder(second, CLIENT)
  await log.seen('disconnect', 2)
  t.deepEqual(log.types.slice(0, 2), ['connect', 'disconnect'])
  t.is(server.sockets.length, 1)
})

test('a replaced client stops', async (t) => {
  const address = await local(t)
  const server = await listen(t, address)
  const ipc = instance(t)
  const first = await connected(ipc, address)
  first.socket.destroy()
  const second = await connected(ipc, address)
  t.not(second, first)
  await interval(60)
  await state(
    () => server.peers.filter(({ closed }) => !closed).length === 1,
    'the first connection to close'
  )
  t.false(second.socket.destroyed)
})

test('every event is logged with its data if asked for', async (t) => {
  const lines = []
  const address = await local(t)
  const log = { silent: false, logger: (line) => lines.push(line), logPayloads: true }
  const { server, client, hub, spoke } = await pair(t, address, { ...log, logInColor: false })
  const seen = next(server, 'secret')
  client.emit('secret', { word: 'swordfish' })
  await seen
  t.is(lines.filter((line) => line.includes('swordfish')).length, 2)
  hub.config.silent = spoke.config.silent = true
})
