'use strict'

const os = require('node:os')
const test = require('ava')
const { root } = require('./support')

test('NI-4: the defaults of config', (t) => {
  const { logger, ...values } = new root.IPC().config
  t.is(typeof logger, 'function')
  t.deepEqual(values, {
    appspace: 'app.',
    socketRoot: '/tmp/',
    id: os.hostname(),
    encoding: 'utf8',
    rawBuffer: false,
    sync: false,
    unlink: true,
    delimiter: '\f',
    silent: false,
    logDepth: 5,
    logInColor: true,
    maxConnections: 100,
    retry: 500,
    maxRetries: Infinity,
    stopRetrying: false,
    IPType: '',
    tls: false,
    networkHost: '127.0.0.1',
    networkPort: 8000,
    readableAll: false,
    writableAll: false,
    interface: { localAddress: false, localPort: false, family: false, hints: false, lookup: false }
  })
})

test('NI-4: config is one object, shared with clients and servers', (t) => {
  const ipc = new root.IPC()
  ipc.serve('/nowhere')
  t.is(ipc.server.config, ipc.config)
})
