'use strict'

const fs = require('node:fs')
const path = require('node:path')
const test = require('ava')
const { RECEIVERS, makeClient, start, pair, frame, each } = require('./support')
const { Recorder, next } = require('../common/events')
const { local, directory } = require('../common/places')
const { dial } = require('../common/raw')
const { interval } = require('../common/deadline')

each(test, RECEIVERS, 'SI-29: end() ends the connection after what was sent', async (t, receiver) => {
  const { socket, peer } = await receiver(t, await local(t))
  const closed = next(socket, 'close')
  socket.write('last words')
  socket.end()
  await closed
  await peer.close()
  t.is(peer.received.toString(), 'last words')
  t.true(socket.destroyed)
})

each(test, RECEIVERS, 'SI-29: destroy() ends the connection at once', async (t, receiver) => {
  const { target, socket, peer } = await receiver(t, await local(t))
  const log = new Recorder(target, ['error']).follow(socket, ['close'], 'socket')
  socket.destroy()
  t.true(socket.destroyed)
  await log.seen('socket.close')
  t.deepEqual(log.events, [['socket.close', false]])
  await peer.close()
})

each(test, RECEIVERS, 'SI-29: destroy(error) is an error of the socket (ruling 3)', async (t, receiver) => {
  const { target, socket } = await receiver(t, await local(t))
  const log = new Recorder(target, ['error']).follow(socket, ['error', 'close'], 'socket')
  const reason = new Error('enough')
  socket.destroy(reason)
  await log.seen('socket.close')
  t.deepEqual([...log.types].sort(), ['error', 'socket.close', 'socket.error'])
  t.is(log.all('error')[0][0], reason)
  t.is(log.all('socket.error')[0][0], reason)
  t.true(log.all('socket.close')[0][0])
})

each(test, RECEIVERS, 'SI-29: setTimeout() emits timeout when nothing happens', async (t, receiver) => {
  const { socket } = await receiver(t, await local(t))
  let called = 0
  t.is(
    socket.setTimeout(40, () => called++),
    socket
  )
  await next(socket, 'timeout')
  t.is(called, 1)
  socket.setTimeout(0)
})

each(test, RECEIVERS, 'SI-29: on("close") and on("end")', async (t, receiver) => {
  const { socket, peer } = await receiver(t, await local(t))
  const log = new Recorder(socket, ['end', 'close'])
  peer.socket.end()
  await log.seen('close')
  t.deepEqual(log.types, ['end', 'close'])
  t.deepEqual(log.all('close'), [[false]])
})

each(
  test,
  RECEIVERS,
  'SI-29: data comes as strings of whole characters, besides messages',
  async (t, receiver) => {
    const { target, socket, peer } = await receiver(t, await local(t))
    const log = new Recorder(target, ['message'])
    const chunks = []
    socket.on('data', (chunk) => chunks.push(chunk))
    const bytes = Buffer.from(frame('m', '€') + frame('m', 2))
    for (const byte of bytes) await peer.write(Buffer.of(byte))
    await log.seen('message', 2)
    await new Promise((resolve) => setImmediate(resolve))
    t.true(chunks.every((chunk) => typeof chunk === 'string'))
    t.is(chunks.join(''), bytes.toString())
  }
)

each(
  test,
  RECEIVERS,
  'SI-29: what a program writes goes out as it is, among the messages',
  async (t, receiver) => {
    const { target, socket, id, peer } = await receiver(t, await local(t))
    target.send('m', 1, id)
    socket.write('ping\n')
    socket.write(Buffer.from([0xff, 0]))
    target.send('m', 2, id)
    const expected = Buffer.concat([
      Buffer.from(frame('m', 1) + 'ping\n'),
      Buffer.from([0xff, 0]),
      Buffer.from(frame('m', 2))
    ])
    t.deepEqual(await peer.bytes(expected.length), expected)
  }
)

each(test, RECEIVERS, 'SI-29: pause() and resume()', async (t, receiver) => {
  const { target, socket, peer } = await receiver(t, await local(t))
  const log = new Recorder(target, ['message'])
  socket.pause()
  await peer.write(frame('m', 1) + frame('m', 2))
  await interval(50)
  t.is(log.count('message'), 0)
  socket.resume()
  await log.seen('message', 2)
})

each(test, RECEIVERS, 'SI-29: counters and state', async (t, receiver) => {
  const { target, socket, id, peer } = await receiver(t, await local(t))
  const text = frame('m', 'é')
  const log = new Recorder(target, ['message'])
  await peer.write(text)
  await log.seen('message')
  target.send('m', 'é', id)
  await peer.bytes(Buffer.byteLength(text))
  t.is(socket.bytesRead, Buffer.byteLength(text))
  t.is(socket.bytesWritten, Buffer.byteLength(text))
  t.like(socket, { readable: true, writable: true, destroyed: false, connecting: false, readyState: 'open' })
  t.deepEqual(socket.address(), {})
  for (const method of ['ref', 'unref', 'ref', 'setNoDelay', 'setKeepAlive']) t.is(socket[method](), socket)
})

test('SI-29: a socket can be piped', async (t) => {
  const { socket, peer } = await RECEIVERS.server(t, await local(t))
  const file = path.join(directory(t), 'piped')
  const stream = fs.createWriteStream(file)
  socket.pipe(stream)
  const finished = next(stream, 'finish')
  await peer.write(frame('m', 1))
  peer.socket.end()
  await finished
  t.is(fs.readFileSync(file, 'utf8'), frame('m', 1))
})

test('CM-4: one socket is one object, a key of maps, with properties of the program', async (t) => {
  const { server, client, id, socket } = await pair(t, await local(t))
  socket.user = { name: 'ada' }
  const seen = new Map([[socket, 1]])
  t.is([...server._sockets.keys()][0], socket)
  t.is(server._clientLookup.get(id), socket)
  t.is(server._sockets.get(socket), id)
  t.true(seen.has(server._clientLookup.get(id)))
  t.is(server._clientLookup.get(id).user.name, 'ada')
  const closed = next(socket, 'close')
  client.close()
  await closed
  t.is(socket.user.name, 'ada')
})

test('the internals that programs use', async (t) => {
  const address = await local(t)
  const server = await start(t, address)
  const connection = next(server, 'connection')
  const client = makeClient(t, address)
  const sockets = new Recorder(client, ['connect'])
  t.falsy(client._socket)
  client.connect()
  await connection
  await sockets.seen('connect')
  t.is(server._socketFile, address.path)
  t.is(client._socketFile, address.path)
  t.true(server._sockets instanceof Map)
  t.true(server._clientLookup instanceof Map)
  t.is(client._socket, sockets.all('connect')[0][0])
  const { _server } = server
  t.true(_server.listening)
  t.is(_server.address(), address.path)
  const count = await new Promise((resolve, reject) => {
    _server.getConnections((error, number) => (error ? reject(error) : resolve(number)))
  })
  t.is(count, 1)
  t.is(_server.unref(), _server)
  t.is(_server.ref(), _server)
})

test('_server.maxConnections limits the clients', async (t) => {
  const address = await local(t)
  const server = await start(t, address)
  server._server.maxConnections = 1
  const log = new Recorder(server, ['connection'])
  const peer = await dial(t, address)
  await log.seen('connection')
  const other = await dial(t, address)
  await other.close()
  t.is(log.count('connection'), 1)
  t.false(peer.closed)
})
