'use strict'

const path = require('node:path')
const net = require('node:net')
const test = require('ava')
const { start, connected, frame, makeClient } = require('./support')
const { Recorder, next } = require('../common/events')
const { local } = require('../common/places')
const { state } = require('../common/deadline')
const { dial, listen } = require('../common/raw')
const { run } = require('../common/processes')

const PROGRAM = path.join(__dirname, 'programs', 'reset.js')

/** A raw client that reads nothing: what waits for it when it is destroyed makes the operating system send a reset. */
function deaf(t, address) {
  const socket = new net.Socket()
  socket.pause()
  socket.on('error', () => {})
  socket.connect(address)
  t.teardown(() => socket.destroy())
  return socket
}

test('SI-12: a server survives the reset of a connection (ruling 3)', async (t) => {
  const address = await local(t)
  const server = await start(t, address)
  const log = new Recorder(server, ['connection', 'message', 'error'])
  const peer = deaf(t, address)
  await log.seen('connection')
  const [[id, socket]] = log.all('connection')
  const closed = next(socket, 'close')
  server.broadcast('m', 'x'.repeat(1000))
  peer.write(frame('m', 'last words'), () => peer.destroy())
  await closed
  // The operating system says ECONNRESET, or nothing, if all was read before.
  for (const [error, from] of log.all('error')) {
    t.regex(error.code, /^(ECONNRESET|EPIPE)$/)
    t.is(from, id)
  }
  t.true(log.count('error') <= 1)
  t.is(server._sockets.size, 0)
  const other = await dial(t, address)
  await other.write(frame('m', 'still there'))
  await log.until((seen) => seen.all('message').some(([message]) => message === 'still there'), 'a message')
})

test('SI-12: a reset is an error event with the id of the client (ruling 3)', async (t) => {
  const address = await local(t)
  const server = await start(t, address)
  const log = new Recorder(server, ['connection', 'error'])
  const peer = deaf(t, address)
  await log.seen('connection')
  const [[id, socket]] = log.all('connection')
  // More than the operating system holds, so that something waits here as well.
  server.send('m', 'x'.repeat(1 << 22), id)
  peer.destroy()
  await log.seen('error')
  const [[error, from]] = log.all('error')
  t.regex(error.code, /^(ECONNRESET|EPIPE)$/)
  t.is(typeof error.errno, 'number')
  t.is(from, id)
  if (!socket.closed) await next(socket, 'close')
  t.is(log.count('error'), 1)
})

test('SI-12: an error with which the program destroys a socket is emitted with the id (ruling 3)', async (t) => {
  const address = await local(t)
  const server = await start(t, address)
  const log = new Recorder(server, ['connection', 'error'])
  const peer = await dial(t, address)
  await log.seen('connection')
  const [[id, socket]] = log.all('connection')
  const reason = new Error('enough')
  socket.destroy(reason)
  await peer.close()
  t.deepEqual(log.all('error'), [[reason, id]])
})

test('SI-12: a client repeats the errors of its socket, then it is disconnected', async (t) => {
  const address = await local(t)
  await listen(t, address)
  const client = await connected(t, address)
  const log = new Recorder(client, ['error', 'disconnect', 'connectError'])
  const reason = new Error('enough')
  client._socket.destroy(reason)
  await log.seen('disconnect')
  t.deepEqual(log.types, ['error', 'disconnect'])
  t.is(log.all('error')[0][0], reason)
})

test('SI-12: a client whose server resets the connection is disconnected, and connects again', async (t) => {
  const address = await local(t)
  const peers = []
  const server = net.createServer({ pauseOnConnect: true }, (socket) => {
    socket.on('error', () => {})
    peers.push(socket)
  })
  t.teardown(() => {
    server.close()
    for (const peer of peers) peer.destroy()
  })
  await new Promise((resolve) => server.listen(address, resolve))
  const client = makeClient(t, address)
  const log = new Recorder(client, ['connect', 'error', 'disconnect', 'reconnect'])
  client.connect()
  await log.seen('connect')
  client.send('m', 'x'.repeat(1 << 22))
  await state(() => peers.length === 1, 'the connection')
  peers[0].destroy()
  await log.seen('reconnect')
  t.deepEqual(
    log.types.filter((type) => type !== 'error'),
    ['connect', 'disconnect', 'connect', 'reconnect']
  )
  for (const [error] of log.all('error')) t.regex(error.code, /^(ECONNRESET|EPIPE)$/)
})

for (const role of ['server', 'client']) {
  test(`SI-12: a ${role} without an error handler survives resets (ruling 3)`, async (t) => {
    const program = run(t, PROGRAM, { role, path: (await local(t)).path, times: 5 })
    const reports = await program.success()
    t.is(reports.filter(([type]) => type === 'gone').length, 5)
    t.deepEqual(reports.at(-1), ['end'])
  })
}
