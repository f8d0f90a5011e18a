'use strict'

const fs = require('node:fs')
const test = require('ava')
const {
  connected,
  leaveUnread,
  makeClient,
  makeServer,
  pair,
  payloads,
  receive,
  recorded,
  socketOf,
  start,
  text,
  watch,
  wrapped
} = require('./support')
const { next, Recorder } = require('../common/events')
const { interval, state } = require('../common/deadline')
const { local } = require('../common/places')
const { dial, listen, settle } = require('../common/raw')

test('SM-19: stop() with a message sends it last, without a line end', async (t) => {
  const server = await listen(t, await local(t))
  const { client, log } = await connected(t, { path: server.server.address() })
  const peer = await server.accepted()
  const wrapper = client.send('m')
  t.is(client.stop('bye'), undefined)
  await peer.close()
  const [first, last] = peer.received.toString().split('\n')
  t.is(first, JSON.stringify(wrapper))
  t.deepEqual(Object.keys(JSON.parse(last)), ['mid', 'ts', 'message'])
  t.is(JSON.parse(last).message, 'bye')
  await log.seen('end')
  await interval(200)
  t.is(server.peers.length, 1)
})

test('SM-19: the server receives it, and the client does not come back', async (t) => {
  const { server, client, socket } = await pair(t, await local(t))
  const heard = receive(server)
  const clients = new Recorder(server, ['client'])
  const closed = next(socket, 'close')
  client.send('m')
  client.stop('bye')
  await heard.seen('message', 2)
  t.deepEqual(payloads(heard), ['m', 'bye'])
  await closed
  await interval(200)
  t.is(clients.count('client'), 0)
  t.is(server.getClients().length, 0)
})

test('SM-19: without a message nothing but the end is sent', async (t) => {
  for (const message of [undefined, '', null, 0]) {
    const server = await listen(t, await local(t))
    const { client } = await connected(t, { path: server.server.address() })
    const peer = await server.accepted()
    client.stop(message)
    await peer.close()
    t.is(peer.received.length, 0)
  }
})

test('SM-19: start, send and stop at once, as in the documentation', async (t) => {
  const address = await local(t)
  const heard = receive(start(t, address))
  const client = makeClient(t, address)
  client.start()
  client.send('hello socket model!')
  client.stop('bye')
  await heard.seen('message', 2)
  t.deepEqual(payloads(heard), ['hello socket model!', 'bye'])
})

test('SM-19: after stop() messages still arrive until the server has ended, too', async (t) => {
  const server = await listen(t, await local(t))
  server.server.allowHalfOpen = true
  const { client, log } = await connected(t, { path: server.server.address() })
  const heard = receive(client)
  const peer = await server.accepted()
  client.stop()
  await peer.until(() => peer.ended, 'the end')
  await peer.write(wrapped('late'))
  await heard.seen('message')
  peer.socket.end()
  await log.seen('end')
  t.deepEqual(payloads(heard), ['late'])
})

test('SM-19: stopping again is harmless', async (t) => {
  const server = await listen(t, await local(t))
  const { said, log: lines } = recorded()
  const { client, log } = await connected(t, { path: server.server.address() }, { log: lines })
  const peer = await server.accepted()
  client.stop('one')
  client.stop()
  await peer.close()
  await log.seen('end')
  client.stop()
  client.stop('three')
  await settle()
  t.is(JSON.parse(peer.received).message, 'one')
  t.is(said.count('error'), 0)
})

test('SM-19: a second message of stop() is not sent, and no error (addition)', async (t) => {
  const server = await listen(t, await local(t))
  const { said, log: lines } = recorded()
  const { client, log } = await connected(t, { path: server.server.address() }, { log: lines })
  const peer = await server.accepted()
  client.stop('one')
  client.stop('two')
  await peer.close()
  await log.seen('end')
  t.is(JSON.parse(peer.received).message, 'one')
  t.is(said.count('error'), 0)
})

test('SM-19: a client that was stopped can be started again', async (t) => {
  const address = await local(t)
  const server = start(t, address)
  const heard = receive(server)
  const { client, log } = await connected(t, address)
  client.stop('bye')
  await log.seen('end')
  client.start()
  await log.seen('connect', 2)
  client.send('back')
  await heard.seen('message', 2)
  t.deepEqual(payloads(heard), ['bye', 'back'])
})

test('SM-19: also at once, before the old connection has closed, and reconnects again (addition)', async (t) => {
  const server = await listen(t, await local(t))
  const { client, log } = await connected(t, { path: server.server.address() })
  client.stop('bye')
  client.start()
  t.true(client.__protected().reconnect)
  await log.seen('connect', 2)
  const [old, young] = [await server.accepted(1), await server.accepted(2)]
  await old.close()
  t.is(JSON.parse(old.received).message, 'bye')
  await interval(200)
  t.deepEqual(log.types, ['connect', 'connect'], 'the end of the old one concerns nobody')
  t.is(server.peers.length, 2)
  young.socket.end()
  await log.seen('connect', 3)
  await settle()
  t.is(server.peers.length, 3)
})

test('SM-19: a reset of the old connection does not concern the new one (addition)', async (t) => {
  const server = await listen(t, await local(t))
  const { client, log } = await connected(t, { path: server.server.address() })
  const old = await server.accepted()
  await leaveUnread(socketOf(client), old)
  client.stop()
  client.start()
  await log.seen('connect', 2)
  old.socket.destroy()
  await interval(300)
  t.is(server.peers.length, 2)
  t.is(log.count('connect'), 2)
  const wrapper = client.send('m')
  t.deepEqual(JSON.parse((await (await server.accepted(2)).frames(1, '\n'))[0]), wrapper)
})

test('SM-20: start, stop and start at once tell of one connection (addition)', async (t) => {
  const server = await listen(t, await local(t))
  const client = makeClient(t, { path: server.server.address() })
  const log = watch(client)
  client.start()
  client.stop()
  client.start()
  await log.seen('connect')
  await interval(200)
  t.deepEqual(log.types, ['connect'])
  await (await server.accepted(1)).close()
  t.false((await server.accepted(2)).closed)
})

test('SM-20: an attempt that fails after stop() is the last (ruling 5)', async (t) => {
  const address = await local(t)
  fs.writeFileSync(address.path, '')
  const client = makeClient(t, address)
  const log = watch(client)
  client.start()
  client.stop()
  await log.seen('error')
  await interval(300)
  t.is(log.count('error'), 1)
})

test('SM-20: stop() before there is a server ends all attempts (ruling 5)', async (t) => {
  const address = await local(t)
  const client = makeClient(t, address)
  const log = watch(client)
  client.start()
  client.stop('bye')
  const server = await listen(t, address)
  await interval(300)
  t.is(server.peers.length, 0)
  t.deepEqual(log.types, [])
})

test('SM-20: stop() while attempts fail ends them (ruling 5)', async (t) => {
  const address = await local(t)
  fs.writeFileSync(address.path, '')
  const client = makeClient(t, address)
  const log = watch(client)
  client.start()
  await log.seen('error', 2)
  client.stop()
  await interval(300)
  t.is(log.count('error'), 2)
})

test('SM-20: stop() while the connection is being established ends it', async (t) => {
  const server = await listen(t, await local(t))
  const client = makeClient(t, { path: server.server.address() })
  client.start()
  client.stop()
  const peer = await server.accepted()
  await peer.close()
  await interval(200)
  t.is(server.peers.length, 1)
  t.is(peer.received.length, 0)
})

test('SM-20: stop() while a reconnect is waited for ends it (ruling 5)', async (t) => {
  const server = await listen(t, await local(t))
  const { client, log } = await connected(t, { path: server.server.address() }, { retryInterval: 100 })
  ;(await server.accepted()).socket.end()
  await log.seen('end')
  client.stop()
  await interval(300)
  t.is(server.peers.length, 1)
})

test('SM-21: stop() of a server does not throw, also not before start() and twice (ruling 1)', async (t) => {
  const server = makeServer(t, await local(t))
  t.is(server.stop(), undefined)
  server.start()
  t.is(server.stop(), undefined)
  t.is(server.stop(), undefined)
})

test('SM-21: it ends the clients when they have been sent everything (ruling 1)', async (t) => {
  const address = await local(t)
  const server = start(t, address)
  const log = new Recorder(server, ['client'])
  const peers = [await dial(t, address), await dial(t, address)]
  await log.seen('client', 2)
  const big = 'x'.repeat(1 << 20)
  const wrapper = server.broadcast(big)
  server.stop()
  t.is(server.broadcast('nobody').message, 'nobody')
  for (const peer of peers) {
    await peer.close()
    t.is(peer.received.toString(), JSON.stringify(wrapper) + '\n')
  }
  await state(() => server.getClients().length === 0, 'the list to be empty')
})

test('SM-21: it removes the file at once and takes no further connections (ruling 1)', async (t) => {
  const address = await local(t)
  const server = start(t, address)
  const clients = new Recorder(server, ['client'])
  // A pipe is no file.
  const there = () => process.platform !== 'win32' && fs.existsSync(address.path)
  t.is(there(), process.platform !== 'win32')
  server.stop()
  t.false(there())
  const gone = ({ code }) => t.is(code, 'ENOENT')
  // The places of a pipe are closed a moment later: whoever gets into one of them is turned out.
  const turnedOut = (peer) => (process.platform === 'win32' ? peer.close() : t.fail())
  await dial(t, address).then(turnedOut, gone)
  t.is(clients.count('client'), 0)
})

test('SM-21: start() works again, with the same handlers (ruling 1)', async (t) => {
  const address = await local(t)
  const server = start(t, address)
  const heard = receive(server)
  const clients = new Recorder(server, ['client'])
  const { client, log } = await connected(t, address)
  for (let round = 1; round <= 3; round++) {
    await clients.seen('client', round)
    client.send(round)
    await heard.seen('message', round)
    server.stop()
    await log.seen('end', round)
    server.start()
    await log.seen('connect', round + 1)
  }
  t.deepEqual(payloads(heard), [1, 2, 3])
})

test('SM-21: start() at once, while the old clients are still leaving (ruling 1)', async (t) => {
  const address = await local(t)
  const server = start(t, address)
  const clients = new Recorder(server, ['client'])
  const old = await dial(t, address)
  await clients.seen('client')
  server.stop()
  server.start()
  const young = await dial(t, address)
  await clients.seen('client', 2)
  await old.close()
  const wrapper = server.broadcast('m')
  await young.frames(1, '\n')
  t.is(young.received.toString(), JSON.stringify(wrapper) + '\n')
  t.is(old.received.length, 0)
  await state(() => server.getClients().length === 1, 'the old one to be removed')
})

test('SM-21: what is on its way from a client when the server stops is still received (ruling 1)', async (t) => {
  const { server, client } = await pair(t, await local(t), { reconnect: false })
  const heard = receive(server)
  for (let n = 1; n <= 100; n++) client.send(n)
  server.stop()
  await heard.seen('message', 100)
  t.is(payloads(heard).at(-1), 100)
})

test('SM-21: a server says what it does', async (t) => {
  const { said, log } = recorded()
  const address = await local(t)
  const server = start(t, address, { log })
  const accepted = next(server, 'client')
  const peer = await dial(t, address)
  const [{ id }] = await accepted
  peer.socket.end()
  await said.until(
    () => said.all('info').map(text).includes(`end the connection for id: ${id}`),
    'the end in the log'
  )
  const lines = said.all('info').map(text)
  for (const line of [`start the server: ${address.path}`, `socket listening to: ${address.path}`]) {
    t.true(lines.includes(line), line)
  }
  t.true(lines.includes(`socket created for id: ${id}`))
})
