'use strict'

const fs = require('node:fs')
const path = require('node:path')
const { getSystemErrorMap } = require('node:util')
const test = require('ava')
const { makeClient, makeServer, start, connected, root } = require('./support')
const { Recorder, next } = require('../common/events')
const { local, directory } = require('../common/places')
const { dial, listen } = require('../common/raw')
const { interval, patiently } = require('../common/deadline')

/** Each system has its own number for it. */
const [ENOENT] = [...getSystemErrorMap()].find(([, [code]]) => code === 'ENOENT')

const LIFE = ['connect', 'reconnect', 'connectError', 'disconnect', 'error', 'closed', 'close']

/** When `type` was emitted, ms. */
function moments(target, type) {
  const seen = []
  target.on(type, () => seen.push(performance.now()))
  return seen
}

/**
 * A delay runs before anybody can note the moment, but not before the test began to wait for it: so they are counted together.
 * Timers count from when the loop last looked at the clock, in whole milliseconds.
 */
function apart(t, begun, moments, delay, first = 0) {
  for (const [at, moment] of moments.entries()) {
    t.true(moment - begun >= first + at * delay - 2 * (at + 1), `${moment - begun} ms until number ${at}`)
  }
}

test('SI-13: failed attempts emit connectError and nothing else, retryDelay apart', async (t) => {
  const retryDelay = 120
  const client = makeClient(t, await local(t), { retryDelay })
  const log = new Recorder(client, LIFE)
  const seen = moments(client, 'connectError')
  const begun = performance.now()
  client.connect()
  await log.seen('connectError', 4)
  t.deepEqual(log.types, Array(4).fill('connectError'))
  apart(t, begun, seen, retryDelay)
})

test('SI-13: the error of an attempt', async (t) => {
  const address = await local(t)
  const client = makeClient(t, address)
  const errors = next(client, 'connectError')
  client.connect()
  const [error] = await errors
  t.true(error instanceof Error)
  t.like(error, { code: 'ENOENT', syscall: 'connect', address: address.path, errno: ENOENT })
  t.is(error.message, `connect ENOENT ${address.path}`)
})

test('SI-13: ECONNREFUSED at a file nobody listens at, ENOENT where a directory is missing', async (t) => {
  const folder = directory(t)
  const file = path.join(folder, 'file')
  fs.writeFileSync(file, '')
  const cases = { [file]: 'ECONNREFUSED', [path.join(folder, 'missing', 's')]: 'ENOENT' }
  for (const [socketFile, code] of Object.entries(cases)) {
    const client = makeClient(t, { path: socketFile })
    const errors = next(client, 'connectError')
    client.connect()
    t.is((await errors)[0].code, code)
  }
})

test('SI-13: connectError never comes before connect() returns', async (t) => {
  const client = makeClient(t, await local(t))
  const log = new Recorder(client, LIFE)
  t.is(client.connect(), undefined)
  t.deepEqual(log.types, [])
  await log.seen('connectError')
})

test('SI-13: a server that comes later is found, and that is no reconnect', async (t) => {
  const address = await local(t)
  const client = makeClient(t, address)
  const log = new Recorder(client, LIFE)
  client.connect()
  await log.seen('connectError', 2)
  await start(t, address)
  await log.seen('connect')
  await interval(100)
  t.deepEqual(
    log.types.filter((type) => type !== 'connectError'),
    ['connect']
  )
  t.is(log.types.at(-1), 'connect')
})

test('SI-14: server restart: disconnect, connect, reconnect, the latter two with the same socket', async (t) => {
  const address = await local(t)
  const first = await start(t, address)
  const client = await connected(t, address)
  const socket = client._socket
  const log = new Recorder(client, LIFE)
  first.close()
  await log.seen('disconnect')
  t.is(client._socket, null)
  await log.seen('connectError')
  const second = await start(t, address)
  const [id] = await next(second, 'connection')
  await log.seen('reconnect')
  t.is(log.types[0], 'disconnect')
  t.deepEqual(log.types.slice(-2), ['connect', 'reconnect'])
  t.true(log.types.slice(1, -2).every((type) => type === 'connectError'))
  const [[connect], [reconnect]] = [...log.all('connect'), ...log.all('reconnect')]
  t.is(connect, reconnect)
  t.not(connect, socket)
  t.is(connect, client._socket)
  const message = next(client, 'message.m')
  second.send('m', 'again', id)
  t.is((await message)[0], 'again')
})

test('SI-14: every connection after the first is a reconnect', async (t) => {
  const address = await local(t)
  const server = await listen(t, address)
  const client = makeClient(t, address)
  const log = new Recorder(client, LIFE)
  client.connect()
  for (let number = 1; number <= 3; number++) {
    const peer = await server.accepted(number)
    await log.seen('connect', number)
    peer.socket.destroy()
  }
  await log.seen('reconnect', 3)
  t.deepEqual(log.types, ['connect', ...Array(3).fill(['disconnect', 'connect', 'reconnect']).flat()])
})

test('SI-14: a lost connection is tried again after reconnectDelay, then after retryDelay', async (t) => {
  const address = await local(t)
  const server = await start(t, address)
  const client = await connected(t, address, { reconnectDelay: 600, retryDelay: 40 })
  const failures = moments(client, 'connectError')
  const failed = new Recorder(client, ['connectError'])
  const begun = performance.now()
  server.close()
  await failed.seen('connectError', 5)
  apart(t, begun, failures, 40, 600)
  // Any of them may be late.
  const delays = failures.slice(1).map((moment, at) => moment - failures[at])
  t.true(Math.min(...delays) < 500, delays.join())
})

test('SI-14: a new connection has a new id', async (t) => {
  const address = await local(t)
  const server = await start(t, address)
  const client = makeClient(t, address)
  const ids = new Recorder(server, ['connection'])
  client.connect()
  await ids.seen('connection')
  ids.all('connection')[0][1].destroy()
  await ids.seen('connection', 2)
  const [[one], [two]] = ids.all('connection')
  t.not(one, two)
  t.false(server._clientLookup.has(one))
})

test('SI-15: delays of a range lie in the range, and differ', async (t) => {
  const client = makeClient(t, await local(t), { retryDelay: { min: 30, max: 90 } })
  const seen = moments(client, 'connectError')
  const log = new Recorder(client, ['connectError'])
  const begun = performance.now()
  client.connect()
  await log.seen('connectError', 15)
  apart(t, begun, seen, 30)
  const delays = seen.slice(1).map((moment, at) => moment - seen[at])
  t.true(Math.max(...delays) - Math.min(...delays) > 5)
})

test('SI-15: the reconnect delay may be a range, too', async (t) => {
  const address = await local(t)
  const server = await listen(t, address)
  const client = makeClient(t, address, { reconnectDelay: { min: 50, max: 60 } })
  const log = new Recorder(client, LIFE)
  const lost = []
  const back = moments(client, 'reconnect')
  client.connect()
  for (let number = 1; number <= 4; number++) {
    const peer = await server.accepted(number)
    await log.seen('connect', number)
    lost.push(performance.now())
    if (number < 4) peer.socket.destroy()
  }
  await log.seen('reconnect', 3)
  for (const [at, moment] of back.entries()) t.true(moment - lost[at] >= 48, `${moment - lost[at]} ms`)
})

test('SI-15: without options a second passes', async (t) => {
  const client = new root.Client({ socketFile: (await local(t)).path })
  t.teardown(() => client.close())
  const seen = moments(client, 'connectError')
  const log = new Recorder(client, ['connectError'])
  const begun = performance.now()
  client.connect()
  await log.seen('connectError')
  const counted = await patiently(log.seen('connectError', 2))
  apart(t, begun, seen, 1000)
  t.true(counted < 3000, `${counted} ms`)
})

test('a client gives up from a handler of connectError by closing (ruling 10)', async (t) => {
  const client = makeClient(t, await local(t), { retryDelay: 5 })
  const log = new Recorder(client, LIFE)
  let failures = 0
  client.on('connectError', () => ++failures === 3 && client.close())
  client.connect()
  await log.seen('close')
  await interval(60)
  t.deepEqual(log.types, [...Array(3).fill('connectError'), 'closed', 'close'])
})

test('a client that is closed in a handler of disconnect does not connect again (ruling 11)', async (t) => {
  const address = await local(t)
  const server = await listen(t, address)
  const client = await connected(t, address, { reconnectDelay: 5 })
  const log = new Recorder(client, LIFE)
  client.on('disconnect', () => client.close())
  ;(await server.accepted()).socket.destroy()
  await log.seen('close')
  await interval(60)
  t.deepEqual(log.types, ['disconnect', 'closed', 'close'])
  t.is(server.peers.length, 1)
})

test('a handler of connectError that throws does not stop the retries (ruling 10)', async (t) => {
  const address = await local(t)
  const client = makeClient(t, address, { retryDelay: 5 })
  const log = new Recorder(client, LIFE)
  const uncaught = process.listeners('uncaughtException')
  process.removeAllListeners('uncaughtException')
  const caught = new Promise((resolve) => process.once('uncaughtException', resolve))
  const failure = new Error('of a handler')
  client.once('connectError', () => {
    throw failure
  })
  client.connect()
  const error = await caught
  for (const listener of uncaught) process.on('uncaughtException', listener)
  t.is(error, failure)
  await log.seen('connectError', 3)
})

test('a server knows its clients until they end', async (t) => {
  const address = await local(t)
  const server = makeServer(t, address)
  const listening = next(server, 'listening')
  server.listen()
  await listening
  const log = new Recorder(server, ['connection'])
  const peer = await dial(t, address)
  await log.seen('connection')
  const [[id, socket]] = log.all('connection')
  t.deepEqual([...server._sockets], [[socket, id]])
  t.deepEqual([...server._clientLookup], [[id, socket]])
  const ended = next(socket, 'end')
  peer.socket.end()
  await ended
  t.is(server._sockets.size, 0)
  t.is(server._clientLookup.size, 0)
})
