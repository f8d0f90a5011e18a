'use strict'

// The forms of the methods for the network, the same in both generations.

/** Stands for a callback. */
const fn = () => {}

// Arguments of serveNet, then the host, port and kind of UDP they mean; H and P being the defaults of the config.
const H = 'default.host'
const P = 4242
const SERVE_NET = [
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

// Arguments of connectToNet after the id.
const CONNECT_TO_NET = {
  '(id)': () => [],
  '(id, callback)': (host, port, callback) => [callback],
  '(id, host, callback)': (host, port, callback) => [host, callback],
  '(id, port, callback)': (host, port, callback) => [port, callback],
  '(id, host, port, callback)': (host, port, callback) => [host, port, callback]
}

module.exports = { fn, H, P, SERVE_NET, CONNECT_TO_NET }
