'use strict'

const test = require('ava')
const { instance, start, pair, connect, connected } = require('./support')
const { next, Recorder } = require('../common/events')
const { local, tcp, eachTransport } = require('../common/places')
const { dial, settle } = require('../common/raw')

/** A server with three raw clients; `socket` is its end of the second one. */
async function crowd(t, address) {
  const server = await start(instance(t), address)
  const log = new Recorder(server, [
    'connect',
    'error',
    'socket.disconnected',
    'close',
    'disconnect',
    'destroy'
  ])
  const peers = []
  for (let number = 1; number <= 3; number++) {
    peers.push(await dial(t, address))
    await log.seen('connect', number)
  }
  const sockets = log.all('connect').map(([socket]) => socket)
  log.forget()
  return { server, log, peers, sockets, peer: peers[1], socket: sockets[1] }
}

const ENDINGS = {
  end: (peer) => peer.socket.end(),
  destroy: (peer) => peer.socket.destroy()
}

for (const [name, leave] of Object.entries(ENDINGS)) {
  eachTransport(
    test,
    `NI-29: socket.disconnected, then close, when a client leaves by ${name}`,
    async (t, address) => {
      const { server, log, sockets, peer, socket } = await crowd(t, address)
      t.deepEqual(server.sockets, sockets)
      const members = []
      for (const type of ['socket.disconnected', 'close'])
        server.on(type, () => members.push([...server.sockets]))
      leave(peer)
      await log.seen('close')
      await settle()
      t.deepEqual(log.types, ['socket.disconnected', 'close'])
      const [[from, id]] = log.all('socket.disconnected')
      t.is(from, socket)
      t.is(id, false)
      const others = [sockets[0], sockets[2]]
      t.deepEqual(members, [others, others])
      t.true(socket.destroyed)
    }
  )
}

eachTransport(test, 'NI-29: the same when the server destroys the socket', async (t, address) => {
  const { server, log, sockets, peer, socket } = await crowd(t, address)
  socket.destroy()
  t.deepEqual(log.types, [])
  await log.seen('close')
  t.deepEqual(log.types, ['socket.disconnected', 'close'])
  t.is(log.all('socket.disconnected')[0][0], socket)
  t.deepEqual(server.sockets, [sockets[0], sockets[2]])
  await peer.close()
})

eachTransport(test, 'NI-29: all clients leave at once, each is reported once', async (t, address) => {
  const { server, log, sockets, peers } = await crowd(t, address)
  for (const peer of peers) peer.socket.destroy()
  await log.seen('close', 3)
  await settle()
  t.deepEqual(new Set(log.all('socket.disconnected').map(([socket]) => socket)), new Set(sockets))
  t.is(log.events.length, 6)
  t.deepEqual(server.sockets, [])
})

eachTransport(test, 'NI-30: close carries hadError: false', async (t, address) => {
  const { log, peer } = await crowd(t, address)
  peer.socket.destroy()
  await log.seen('close')
  t.deepEqual(log.all('close'), [[false]])
})

test('NI-30: close carries hadError: true after a reset, behind the error', async (t) => {
  const { log, peer } = await crowd(t, await tcp())
  peer.socket.resetAndDestroy()
  await log.seen('close')
  t.deepEqual(log.types, ['error', 'socket.disconnected', 'close'])
  t.is(log.all('error')[0][0].code, 'ECONNRESET')
  t.deepEqual(log.all('close'), [[true]])
})

eachTransport(
  test,
  'NI-31: after stop() existing connections deliver in both directions',
  async (t, address) => {
    const { server, client, socket } = await pair(t, address)
    const closed = next(server.server, 'close')
    t.is(server.stop(), undefined)
    t.false(server.server.listening)
    const log = new Recorder(server, ['m']).follow(client, ['reply', 'disconnect'])
    client.emit('m', 1)
    await log.seen('m')
    server.emit(socket, 'reply', 2)
    server.broadcast('reply', 3)
    await log.seen('reply', 2)
    t.deepEqual(log.types, ['m', 'reply', 'reply'])
    client.socket.destroy()
    await closed
  }
)

eachTransport(test, 'NI-31: after stop() nobody new gets in', async (t, address) => {
  const { server } = await pair(t, address)
  server.stop()
  const log = new Recorder(connect(instance(t, { maxRetries: 0 }), address), ['connect', 'error', 'destroy'])
  await log.seen('destroy')
  t.deepEqual(log.types, ['error', 'destroy'])
  t.is(log.all('error')[0][0].code, address.path ? 'ENOENT' : 'ECONNREFUSED')
})

eachTransport(test, 'NI-31: stop() a second time is harmless', async (t, address) => {
  const server = await start(instance(t), address)
  const log = new Recorder(server, ['error'])
  server.stop()
  t.notThrows(() => server.stop())
  await settle()
  t.notThrows(() => server.stop())
  t.deepEqual(log.types, [])
})

eachTransport(test, 'NI-31: a stopped server starts again', async (t, address) => {
  const server = await start(instance(t), address)
  const stopped = next(server.server, 'close')
  server.stop()
  await stopped
  const log = new Recorder(server, ['start', 'connect'])
  server.start()
  await log.seen('start')
  await dial(t, address)
  await log.seen('connect')
  t.deepEqual(log.types, ['start', 'connect'])
})

test('NI-31: stop() before start() does nothing', async (t) => {
  const ipc = instance(t)
  ipc.serve((await local(t)).path)
  t.notThrows(() => ipc.server.stop())
})

test('CM-9: an instance that is closed leaves the others alone', async (t) => {
  const [one, two] = [await local(t), await local(t)]
  const first = await start(instance(t), one)
  const second = await start(instance(t), two)
  const client = await connected(instance(t), two)
  first.stop()
  const message = next(second, 'm')
  client.emit('m', 1)
  t.is((await message)[0], 1)
})
