'use strict'

const test = require('ava')
const { CONNECT_TO_NET } = require('./forms')
const { instance } = require('./support')
const { RESOLVER } = require('../common/deadline')
const { next, Recorder } = require('../common/events')
const { tcp } = require('../common/places')
const { listen } = require('../common/raw')

for (const [shape, args] of Object.entries(CONNECT_TO_NET)) {
  test(`NI-7: connectToNet${shape}`, async (t) => {
    const { host, port } = await tcp()
    const server = await listen(t, { host, port })
    const withHost = shape.includes('host')
    const withPort = shape.includes('port')
    const ipc = instance(t, {
      networkHost: withHost ? 'host.invalid' : host,
      networkPort: withPort ? 1 : port
    })
    const calls = []
    const given = args(host, port, (...values) => calls.push(values))
    t.is(ipc.connectToNet('world', ...given), undefined)
    t.deepEqual(calls, shape.includes('callback') ? [[ipc]] : [])
    const client = ipc.of.world
    t.deepEqual([client.id, client.path, client.port], ['world', host, port])
    await next(client, 'connect')
    await server.accepted()
  })
}

test('NI-7: a second call for a live id only calls back, with no arguments', async (t) => {
  const { host, port } = await tcp()
  await listen(t, { host, port })
  const ipc = instance(t)
  ipc.connectToNet('world', host, port)
  const client = ipc.of.world
  await next(client, 'connect')
  const calls = []
  ipc.connectToNet('world', host, port, (...args) => calls.push(args))
  t.deepEqual(calls, [[]])
  t.is(ipc.of.world, client)
})

test('NI-7: a string as the callback is ignored', async (t) => {
  const { host, port } = await tcp()
  const server = await listen(t, { host, port })
  const ipc = instance(t)
  t.notThrows(() => ipc.connectToNet('world', host, port, 'udp4'))
  await server.accepted()
})

test('NI-7: a host name is resolved', async (t) => {
  const { port } = await tcp()
  const server = await listen(t, { host: 'localhost', port })
  const ipc = instance(t)
  ipc.connectToNet('world', 'localhost', port)
  await next(ipc.of.world, 'connect')
  const { socket } = await server.accepted()
  t.is(socket.remotePort, ipc.of.world.socket.localPort)
})

test('NI-7: a host name that does not resolve is an error like any other', async (t) => {
  const ipc = instance(t, { maxRetries: 0 })
  ipc.connectToNet('world', 'host.invalid', 1)
  const log = new Recorder(ipc.of.world, ['error', 'disconnect', 'destroy'])
  await log.seen('destroy', 1, RESOLVER)
  t.deepEqual(log.types, ['error', 'disconnect', 'destroy'])
  const [[error]] = log.all('error')
  t.true(['ENOTFOUND', 'EAI_AGAIN'].includes(error.code), error.code)
  t.deepEqual([error.syscall, error.hostname], ['getaddrinfo', 'host.invalid'])
})

test('NI-7: interface.localAddress and localPort are used', async (t) => {
  const { host, port } = await tcp()
  const { port: localPort } = await tcp()
  const server = await listen(t, { host, port })
  const ipc = instance(t)
  Object.assign(ipc.config.interface, { localAddress: '127.0.0.1', localPort, family: 4 })
  ipc.connectToNet('world', host, port)
  const { socket } = await server.accepted()
  t.deepEqual([socket.remoteAddress, socket.remotePort], ['127.0.0.1', localPort])
})

test('NI-7: interface.lookup resolves the host', async (t) => {
  const { host, port } = await tcp()
  const server = await listen(t, { host, port })
  const ipc = instance(t)
  const asked = []
  ipc.config.interface.lookup = (name, options, callback) => {
    asked.push(name)
    if (options.all) callback(null, [{ address: host, family: 4 }])
    else callback(null, host, 4)
  }
  ipc.connectToNet('world', 'some.name.invalid', port)
  await server.accepted()
  t.deepEqual(asked, ['some.name.invalid'])
})
