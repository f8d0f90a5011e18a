'use strict'

const test = require('ava')
const { instance, start, connected, connect } = require('./support')
const { Recorder } = require('../common/events')
const { eachTransport } = require('../common/places')
const { settle } = require('../common/raw')

const LIFE = ['connect', 'error', 'disconnect', 'destroy', 'reply']

eachTransport(
  test,
  'NI-52: maxConnections=1: the second client is turned away and retries',
  async (t, address) => {
    const server = await start(instance(t, { maxConnections: 1 }), address)
    const log = new Recorder(server, ['connect', 'm', 'socket.disconnected', 'close', 'error'])
    const first = await connected(instance(t, { stopRetrying: true }), address)
    await log.seen('connect')
    const mine = new Recorder(first, LIFE)

    const second = connect(instance(t, { retry: 10, maxRetries: 3 }), address)
    const turned = new Recorder(second, LIFE)
    await turned.seen('disconnect', 6)
    t.deepEqual(turned.types.slice(0, 12), Array.from({ length: 6 }, () => ['connect', 'disconnect']).flat())
    t.deepEqual(log.types, ['connect'])
    t.is(server.sockets.length, 1)

    first.emit('m', 1)
    await log.seen('m')
    server.broadcast('reply', 2)
    await mine.seen('reply')
    t.deepEqual(mine.types, ['reply'])

    first.socket.destroy()
    await log.seen('connect', 2)
    server.broadcast('reply', 3)
    await turned.seen('reply')
    t.is(server.sockets.length, 1)
    await settle()
    t.deepEqual(log.types, ['connect', 'm', 'socket.disconnected', 'close', 'connect'])
  }
)

eachTransport(test, 'NI-52: 100 connections by default', async (t, address) => {
  const server = await start(instance(t), address)
  const log = new Recorder(server, ['connect'])
  t.is(server.server.maxConnections, 100)
  const clients = []
  const turned = new Recorder()
  for (let number = 0; number < 101; number++) {
    const client = connect(instance(t, { retry: 60000 }), address)
    turned.follow(client, ['disconnect'])
    clients.push(client)
  }
  await log.seen('connect', 100)
  await turned.seen('disconnect')
  await settle()
  t.is(log.count('connect'), 100)
  t.is(turned.count('disconnect'), 1)
})
