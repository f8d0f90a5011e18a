'use strict'

const test = require('ava')
const { connected, leaveUnread, makeServer, pair, payloads, receive, start, wrapped } = require('./support')
const { next, Recorder } = require('../common/events')
const { local } = require('../common/places')
const { state } = require('../common/deadline')
const { dial, listen, settle } = require('../common/raw')

test('SM-13: each client is first told all ids and its own', async (t) => {
  const address = await local(t)
  const server = start(t, address, { sendConnectMessage: true })
  const clients = new Recorder(server, ['client'])
  const [one, two] = [await dial(t, address), await dial(t, address)]
  await clients.seen('client', 2)
  const ids = clients.all('client').map(([socket]) => socket.id)
  t.true(ids.every(Number.isInteger))
  t.not(ids[0], ids[1])
  server.broadcast('next')
  const received = async (peer) => (await peer.frames(2, '\n')).map((line) => JSON.parse(line).message)
  const all = [await received(one), await received(two)].sort(
    ([a], [b]) => a.clients.length - b.clients.length
  )
  t.deepEqual(all, [
    [{ clients: [ids[0]], yourid: ids[0] }, 'next'],
    [{ clients: ids, yourid: ids[1] }, 'next']
  ])
})

test('SM-13: the connect message is a wrapper that counts, written before the client event', async (t) => {
  const address = await local(t)
  const server = start(t, address, { sendConnectMessage: true })
  let counted
  server.on('client', () => (counted = server.getWriter().getMessageCount()))
  const peer = await dial(t, address)
  const [line] = await peer.frames(1, '\n')
  t.deepEqual(Object.keys(JSON.parse(line)), ['mid', 'ts', 'message'])
  t.true(
    line.endsWith(
      `"message":{"clients":[${server.getClients()[0].id}],"yourid":${server.getClients()[0].id}}}`
    )
  )
  t.is(counted, 1)
})

for (const sendConnectMessage of [undefined, false, 1, 'yes', null]) {
  test(`SM-13: no connect message with ${sendConnectMessage}`, async (t) => {
    const address = await local(t)
    const server = start(t, address, { sendConnectMessage })
    const accepted = next(server, 'client')
    const peer = await dial(t, address)
    await accepted
    server.broadcast('first')
    t.is(JSON.parse((await peer.frames(1, '\n'))[0]).message, 'first')
  })
}

test('SM-14: greetings are the first message of a client', async (t) => {
  const address = await local(t)
  const server = start(t, address)
  const heard = receive(server)
  const { client } = await connected(t, address, { sendWelcomeMessage: true })
  client.send('second')
  await heard.seen('message', 2)
  t.deepEqual(payloads(heard), ['greetings', 'second'])
})

test('SM-14: no greetings by default', async (t) => {
  const server = await listen(t, await local(t))
  const { client } = await connected(t, { path: server.server.address() })
  client.send('first')
  t.is(JSON.parse((await (await server.accepted()).frames(1, '\n'))[0]).message, 'first')
})

test('SM-15: the client event comes once for each connection, with the socket that is in the list', async (t) => {
  const address = await local(t)
  const server = start(t, address)
  const log = new Recorder(server, ['client'])
  const listed = []
  server.onClientConnection((socket) => listed.push(server.getClients().includes(socket)))
  for (let n = 1; n <= 3; n++) {
    await dial(t, address)
    await log.seen('client', n)
  }
  await settle()
  t.deepEqual(
    log.all('client').map((args) => args.length),
    [1, 1, 1]
  )
  t.deepEqual(
    log.all('client').map(([socket]) => socket),
    server.getClients()
  )
  t.deepEqual(listed, [true, true, true])
})

test('SM-15: getClients() is always the same array', async (t) => {
  const address = await local(t)
  const server = makeServer(t, address)
  const clients = server.getClients()
  t.deepEqual(clients, [])
  server.start()
  const accepted = next(server, 'client')
  const peer = await dial(t, address)
  await accepted
  t.is(server.getClients(), clients)
  t.is(clients.length, 1)
  peer.socket.end()
  await state(() => clients.length === 0, 'the client to be removed')
  t.is(server.getClients(), clients)
})

const PARTINGS = {
  'the client ended': ({ peer }) => peer.socket.end(),
  'the client destroyed its end': ({ peer }) => peer.socket.destroy(),
  'the client reset the connection (ruling 15)': async ({ peer, socket }) => {
    await leaveUnread(socket, peer)
    peer.socket.destroy()
  },
  'the server destroyed it (ruling 15)': ({ socket }) => socket.destroy(),
  'the server ended it': ({ socket }) => socket.end()
}

for (const [what, part] of Object.entries(PARTINGS)) {
  test(`SM-15: a client leaves the list when ${what}`, async (t) => {
    const address = await local(t)
    const server = start(t, address)
    const accepted = next(server, 'client')
    const peer = await dial(t, address)
    const [socket] = await accepted
    const another = next(server, 'client')
    const stays = await dial(t, address)
    const [other] = await another
    const closed = next(socket, 'close')
    await part({ peer, socket })
    await closed
    await state(() => !server.getClients().includes(socket), 'the client to be removed')
    t.deepEqual(server.getClients(), [other])
    server.broadcast('to those who are left')
    await stays.frames(1, '\n')
  })
}

test('SM-15: it has left when its end and close events come', async (t) => {
  const address = await local(t)
  const server = start(t, address)
  const accepted = next(server, 'client')
  const peer = await dial(t, address)
  const [socket] = await accepted
  const log = new Recorder()
  for (const event of ['end', 'close']) socket.on(event, () => log.add(event, server.getClients().length))
  peer.socket.end(wrapped('last'))
  await log.seen('close')
  t.deepEqual(log.events, [
    ['end', 0],
    ['close', 0]
  ])
})

test('SM-15: ids are numbers that no two clients share', async (t) => {
  const address = await local(t)
  const server = start(t, address)
  const log = new Recorder(server, ['client'])
  for (let n = 0; n < 20; n++) await dial(t, address)
  await log.seen('client', 20)
  const ids = server.getClients().map(({ id }) => id)
  t.true(ids.every((id) => Number.isInteger(id) && id > 0))
  t.is(new Set(ids).size, 20)
})

test('SM-15: a client that is given another id is removed all the same (ruling 15)', async (t) => {
  const { server, client, socket } = await pair(t, await local(t))
  socket.id = 'chosen'
  client.stop()
  await state(() => server.getClients().length === 0, 'the client to be removed')
  t.is(socket.id, 'chosen')
})

test('CM-4: a connection is the same object everywhere and bears what users put on it', async (t) => {
  const { server, client, socket } = await pair(t, await local(t))
  const users = new Map([[socket, 'ada']])
  socket.user = { name: 'ada' }
  const ended = next(socket, 'end')
  const heard = receive(server)
  client.send('m')
  await heard.seen('message')
  t.is(server.getClients()[0], socket)
  t.is(users.get(server.getClients()[0]), 'ada')
  client.stop()
  await ended
  t.deepEqual(socket.user, { name: 'ada' })
})

test('CM-4: the socket a handler is given is the one in the list (ruling 10)', async (t) => {
  const { server, client, socket } = await pair(t, await local(t))
  const heard = receive(server)
  client.send('m')
  await heard.seen('message')
  t.is(heard.all('message')[0][1], socket)
})
