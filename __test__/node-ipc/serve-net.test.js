'use strict'

const test = require('ava')
const { fn, H, P, SERVE_NET } = require('./forms')
const { instance } = require('./support')

for (const [args, host, port, kind] of SERVE_NET) {
  const shown = args.map((arg) => (arg === fn ? 'fn' : JSON.stringify(arg))).join(', ')
  test(`NI-8: serveNet(${shown})`, (t) => {
    const ipc = instance(t, { networkHost: H, networkPort: P })
    const calls = []
    const given = args.map((arg) => (arg === fn ? (...values) => calls.push(values) : arg))
    t.is(ipc.serveNet(...given), undefined)
    const { server } = ipc
    t.deepEqual([server.path, server.port], [host, port])
    t.deepEqual([server.udp4, server.udp6], [kind === 'udp4', kind === 'udp6'])
    t.is(server.server, false)
    t.deepEqual(server.sockets, [])
    server.onStart('started')
    t.deepEqual(calls, args.includes(fn) ? [['started']] : [])
  })
}

test('NI-8: the kind of UDP in third place is taken verbatim', (t) => {
  const ipc = instance(t)
  ipc.serveNet('h', 1234, 'other')
  t.deepEqual([ipc.server.udp4, ipc.server.udp6, ipc.server.other], [false, false, true])
})
