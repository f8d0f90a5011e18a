'use strict'

const path = require('node:path')
const test = require('ava')
const { instance, connected } = require('./support')
const { next, Recorder } = require('../common/events')
const { directory, local } = require('../common/places')
const { interval } = require('../common/deadline')
const { listen, settle } = require('../common/raw')

test('NI-5: the callback is called synchronously with the instance, before any event', async (t) => {
  const address = await local(t)
  await listen(t, address)
  const ipc = instance(t)
  let args
  let log
  const result = ipc.connectTo('world', address.path, function () {
    args = [...arguments]
    log = new Recorder(ipc.of.world, ['connect', 'error', 'disconnect'])
  })
  t.is(result, undefined)
  t.deepEqual([args.length, args[0]], [1, ipc])
  t.deepEqual(log.types, [])
  t.is(ipc.of.world.id, 'world')
  t.is(ipc.of.world.path, address.path)
  await log.seen('connect')
  t.deepEqual(log.types, ['connect'])
})

test('NI-5: handlers added in the callback see the first error too', async (t) => {
  const ipc = instance(t, { maxRetries: 0 })
  const nowhere = path.join(directory(t), 'nobody')
  const log = new Recorder()
  ipc.connectTo('world', nowhere, () => log.follow(ipc.of.world, ['error', 'disconnect', 'destroy']))
  await log.seen('destroy')
  t.deepEqual(log.types, ['error', 'disconnect', 'destroy'])
})

test('NI-5: a second call for a live id only calls back, with no arguments', async (t) => {
  const address = await local(t)
  const server = await listen(t, address)
  const ipc = instance(t)
  const client = await connected(ipc, address, 'world')
  await server.accepted()
  const { socket } = client
  const calls = []
  t.is(
    ipc.connectTo('world', '/another/path', (...args) => calls.push(args)),
    undefined
  )
  ipc.connectTo('world', (...args) => calls.push(args))
  ipc.connectTo('world')
  t.deepEqual(calls, [[], []])
  t.is(ipc.of.world, client)
  t.is(client.path, address.path)
  t.is(client.socket, socket)
  await settle()
  t.is(server.peers.length, 1)
})

test('NI-5: a second call while connecting only calls back', async (t) => {
  const address = await local(t)
  await listen(t, address)
  const ipc = instance(t)
  ipc.connectTo('world', address.path)
  const client = ipc.of.world
  let args
  ipc.connectTo('world', address.path, (...given) => (args = given))
  t.deepEqual(args, [])
  t.is(ipc.of.world, client)
  await next(client, 'connect')
})

test('NI-5: the path is made of socketRoot, appspace and id', async (t) => {
  const folder = directory(t)
  await listen(t, { path: path.join(folder, 'space.world') })
  const ipc = instance(t, { socketRoot: folder + '/', appspace: 'space.' })
  let args
  ipc.connectTo('world', (...given) => (args = given))
  t.deepEqual(args, [ipc])
  t.is(ipc.of.world.path, path.join(folder, 'space.world'))
  await next(ipc.of.world, 'connect')
})

test('NI-5: a client whose socket is destroyed is replaced, and the old one does not come back', async (t) => {
  const address = await local(t)
  const server = await listen(t, address)
  const ipc = instance(t)
  const old = await connected(ipc, address, 'world')
  await server.accepted(1)
  old.socket.destroy()
  let args
  ipc.connectTo('world', address.path, (...given) => (args = given))
  t.deepEqual(args, [ipc])
  t.not(ipc.of.world, old)
  await next(ipc.of.world, 'connect')
  await server.accepted(2)
  await interval(10 * ipc.config.retry)
  t.is(server.peers.length, 2)
})

test('NI-6: without an id nothing happens', (t) => {
  const ipc = instance(t)
  const callback = () => t.fail('called back')
  t.is(ipc.connectTo(), undefined)
  t.is(ipc.connectTo(undefined, callback), undefined)
  t.is(ipc.connectTo('', '/some/path', callback), undefined)
  t.is(ipc.connectToNet(), undefined)
  t.is(ipc.connectToNet(undefined, '127.0.0.1', 1, callback), undefined)
  t.deepEqual(Object.keys(ipc.of), [])
})
