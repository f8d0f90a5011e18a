'use strict'

const fs = require('node:fs')
const path = require('node:path')
const net = require('node:net')
const test = require('ava')
const { instance, serve, start } = require('./support')
const { directory, local, eachTransport } = require('../common/places')
const { next } = require('../common/events')
const { dial, settle } = require('../common/raw')

/** The code of the error a connection meets, or 'connected'. */
const attempt = (address) =>
  new Promise((resolve) => {
    const socket = net.connect(address)
    socket.on('error', (error) => resolve(error.code))
    socket.on('connect', () => resolve('connected'))
    socket.on('connect', () => socket.destroy())
  })

eachTransport(test, 'NI-9: serve() does not listen, start() does', async (t, address) => {
  const ipc = instance(t)
  const server = serve(ipc, address)
  t.is(server.server, false)
  t.is(await attempt(address), address.path ? 'ENOENT' : 'ECONNREFUSED')
  const started = next(server, 'start')
  t.is(server.start(), undefined)
  await started
  t.is(await attempt(address), 'connected')
})

eachTransport(test, 'NI-9: the start callback runs once, with undefined', async (t, address) => {
  const ipc = instance(t)
  const calls = []
  const server = serve(ipc, address, (...args) => calls.push(args))
  const started = next(server, 'start')
  server.start()
  t.deepEqual(calls, [])
  await started
  await dial(t, address)
  await settle()
  t.deepEqual(calls, [[undefined]])
})

test('NI-9: without a callback the start event tells', async (t) => {
  const ipc = instance(t)
  ipc.serve((await local(t)).path)
  const started = next(ipc.server, 'start')
  ipc.server.start()
  t.deepEqual(await started, [undefined])
})

test('NI-9: the path is made of socketRoot, appspace and id', async (t) => {
  const folder = directory(t)
  const ipc = instance(t, { socketRoot: folder + '/', appspace: 'space.', id: 'me' })
  let calls = 0
  t.is(
    ipc.serve(() => calls++),
    undefined
  )
  t.is(ipc.server.path, path.join(folder, 'space.me'))
  const started = next(ipc.server, 'start')
  ipc.server.start()
  await started
  t.is(calls, 1)
  t.true(fs.statSync(ipc.server.path).isSocket())
})

test('NI-9: the socket file is there when start() returns, the event comes later', async (t) => {
  const { path } = await local(t)
  const ipc = instance(t, { unlink: false })
  ipc.serve(path)
  let started = false
  ipc.server.on('start', () => (started = true))
  ipc.server.start()
  t.true(fs.existsSync(path))
  t.false(started)
  await next(ipc.server, 'start')
})

test('NI-9: clients may connect as soon as start() returned', async (t) => {
  const address = await local(t)
  const ipc = instance(t, { unlink: false })
  ipc.serve(address.path)
  const accepted = next(ipc.server, 'connect')
  ipc.server.start()
  t.is(await attempt(address), 'connected')
  await accepted
})

test('NI-9: serve() a second time makes a new server and leaves the old one running', async (t) => {
  const [one, two] = [await local(t), await local(t)]
  const ipc = instance(t)
  const old = await start(ipc, one)
  t.teardown(() => old.stop())
  const server = await start(ipc, two)
  t.not(server, old)
  t.is(await attempt(one), 'connected')
  t.is(await attempt(two), 'connected')
})

test('NI-9: start() a second time leaves one listener', async (t) => {
  const address = await local(t)
  const ipc = instance(t)
  const server = await start(ipc, address)
  const first = server.server
  const closed = next(first, 'close')
  const started = next(server, 'start')
  server.start()
  await started
  await closed
  t.false(first.listening)
  t.true(server.server.listening)
  t.is(await attempt(address), 'connected')
})
