'use strict'

const test = require('ava')
const { pair, instance, start, connect } = require('./support')
const { Recorder } = require('../common/events')
const { eachTransport } = require('../common/places')

eachTransport(test, 'NI-45: one socket object in all server events and in sockets', async (t, address) => {
  const server = await start(instance(t), address)
  const log = new Recorder(server, ['connect', 'm', 'socket.disconnected', 'close'])
  const client = connect(instance(t, { stopRetrying: true }), address)
  await log.seen('connect')
  const [[socket]] = log.all('connect')
  t.is(server.sockets.length, 1)
  t.is(server.sockets[0], socket)
  client.emit('m', 1)
  client.emit('m', { id: 'me' })
  await log.seen('m', 2)
  for (const [, from] of log.all('m')) t.is(from, socket)
  client.socket.destroy()
  await log.seen('close')
  t.is(log.all('socket.disconnected')[0][0], socket)
})

eachTransport(
  test,
  'CM-4: a connection is the same object in all its events and bears what users put on it',
  async (t, at) => {
    const { server, client, socket } = await pair(t, at, { stopRetrying: true })
    const users = new Map([[socket, 'server side']])
    socket.user = { name: 'mine' }
    socket.id = 'chosen'
    client.socket.mark = Symbol.for('mine')
    const mine = client.socket
    const log = new Recorder(server, ['m', 'socket.disconnected']).follow(client, ['reply', 'destroy'])
    client.emit('m', 1)
    await log.seen('m')
    const [[, from]] = log.all('m')
    t.is(users.get(from), 'server side')
    t.deepEqual(from.user, { name: 'mine' })
    server.emit(from, 'reply')
    await log.seen('reply')
    t.is(client.socket, mine)
    client.socket.destroy()
    await log.seen('destroy')
    await log.seen('socket.disconnected')
    t.is(client.socket, mine)
    t.is(mine.mark, Symbol.for('mine'))
    const [[gone, id]] = log.all('socket.disconnected')
    t.is(users.get(gone), 'server side')
    t.is(id, 'chosen')
  }
)

eachTransport(test, 'CM-4: a new connection of a client is a new object', async (t, address) => {
  const { server, client, socket } = await pair(t, address)
  const mine = client.socket
  const log = new Recorder(server, ['connect']).follow(client, ['disconnect', 'connect'], 'client')
  socket.destroy()
  await log.seen('client.connect')
  await log.seen('connect')
  t.not(client.socket, mine)
  t.not(log.all('connect')[0][0], socket)
  t.deepEqual(server.sockets, [log.all('connect')[0][0]])
})
