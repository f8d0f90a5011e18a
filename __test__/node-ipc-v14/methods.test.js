'use strict'

const fs = require('node:fs')
const test = require('ava')
const { CONNECT_TO_NET, fn, H, P, SERVE_NET } = require('../node-ipc/forms')
const { next } = require('../common/events')
const { local, tcp } = require('../common/places')
const { listen } = require('../common/raw')
const { instance, root, start } = require('./support')

test('NI-1: a new instance is independent, and has no class of its own', (t) => {
  const ipc = new root.IPC()
  t.deepEqual(Object.keys(ipc), ['config', 'of', 'server'])
  t.deepEqual(Object.keys(root), ['config', 'of', 'server', 'IPC'])
  t.not(ipc.config, root.config)
  t.not(ipc.of, root.of)
  t.is(Object.getPrototypeOf(ipc.of), null)
  t.is(ipc.server, false)
})

test('NI-6: without an id, nothing is connected and nothing called', (t) => {
  const ipc = instance(t)
  const calls = []
  for (const id of [undefined, null, '', 0, false]) {
    t.is(
      ipc.connectTo(id, () => calls.push(id)),
      undefined
    )
    t.is(
      ipc.connectToNet(id, () => calls.push(id)),
      undefined
    )
  }
  t.deepEqual([calls, Object.keys(ipc.of)], [[], []])
})

for (const [shape, args] of Object.entries(CONNECT_TO_NET)) {
  test(`NI-7: connectToNet${shape}`, async (t) => {
    const { host, port } = await tcp()
    const server = await listen(t, { host, port })
    const ipc = instance(t, {
      networkHost: shape.includes('host') ? 'host.invalid' : host,
      networkPort: shape.includes('port') ? 1 : port
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

for (const [args, host, port, kind] of SERVE_NET) {
  const shown = args.map((arg) => (arg === fn ? 'fn' : JSON.stringify(arg))).join(', ')
  test(`NI-8: serveNet(${shown})`, (t) => {
    const ipc = instance(t, { networkHost: H, networkPort: P })
    const calls = []
    const given = args.map((arg) => (arg === fn ? (...values) => calls.push(values) : arg))
    t.is(ipc.serveNet(...given), undefined)
    const { server } = ipc
    t.deepEqual([server.path, server.port], [host, port])
    t.deepEqual([Boolean(server.udp4), Boolean(server.udp6)], [kind === 'udp4', kind === 'udp6'])
    t.is(server.server, false)
    server.onStart('started')
    t.deepEqual(calls, args.includes(fn) ? [['started']] : [])
  })
}

test('NI-53: readableAll and writableAll open the socket file to everybody', async (t) => {
  const mode = async (config) => {
    const address = await local(t)
    await start(instance(t, config), address)
    return fs.statSync(address.path).mode & 0o777
  }
  const byDefault = 0o777 & ~process.umask()
  t.is(await mode({}), byDefault)
  t.is(await mode({ readableAll: true }), byDefault | 0o444)
  t.is(await mode({ writableAll: true }), byDefault | 0o222)
  t.is(await mode({ readableAll: true, writableAll: true }), byDefault | 0o666)
})
