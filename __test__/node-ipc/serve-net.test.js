'use strict'

const test = require('ava')
const { instance } = require('./support')

const H = 'default.host'
const P = 4242
const fn = () => {}

// Arguments, then the host, port and kind of UDP they mean.
const TABLE = [
  [[], H, P],
  [[fn], H, P],
  [[1234], H, 1234],
  [[1234, fn], H, 1234],
  [['udp4'], H, P, 'udp4'],
  [['udp4', fn], H, P, 'udp4'],
  [['UDP6'], H, P, 'udp6'],
  [['UDP6', fn], H, P, 'udp6'],
  [[1234, 'udp4'], H, 1234, 'udp4'],
  [[1234, 'udp4', fn], H, 1234, 'udp4'],
  [['h', 1234], 'h', 1234],
  [['h', 1234, fn], 'h', 1234],
  [['h', 'udp6'], 'h', P, 'udp6'],
  [['h', 'udp6', fn], 'h', P, 'udp6'],
  [['h', 1234, 'udp4', fn], 'h', 1234, 'udp4'],
  [['h', fn], 'h', P],
  [['::1', 1234, 'udp4'], '127.0.0.1', 1234, 'udp4'],
  [['::1', 1234, 'udp6'], '::1', 1234, 'udp6']
]

for (const [args, host, port, kind] of TABLE) {
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
