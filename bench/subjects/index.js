'use strict'

// What is measured. A subject is a module with two functions:
//
//   listen(address, handlers, listening) -> { send(peer, type, data), broadcast(type, data), close() }
//   connect(address, handlers, connected) -> { send(type, data), close() }
//
// `handlers` maps a type to a function of (data, peer). All of a `dialect` do the same work, ours is the first of
// them: it is what the others are compared with. `node` is the oldest Node the subject runs on, `env` what its
// processes find in their environment; `lacks` names scenarios it has no API for; `extra` subjects are measured only
// when they are asked for.

module.exports = {
  'napi-ipc': { dialect: 'node-ipc', load: () => require('./node-ipc').over(require('../../lib/node-ipc')) },
  'napi-ipc-worker': {
    dialect: 'node-ipc',
    load: () => require('./node-ipc').over(require('../../lib/node-ipc')),
    env: { NAPI_IPC_DATA_PATH: 'worker' },
    extra: true
  },
  'napi-ipc-busy': {
    dialect: 'node-ipc',
    load: () => require('./node-ipc').over(require('../../lib/node-ipc')),
    env: { NAPI_IPC_BUSY_POLL: '50' },
    extra: true
  },
  'node-ipc-14': {
    dialect: 'node-ipc',
    node: '22.13.0',
    load: async () => require('./node-ipc').over((await import('node-ipc-14')).default)
  },
  'node-ipc-9': { dialect: 'node-ipc', load: () => require('./node-ipc').over(require('node-ipc-9')) },
  net: { dialect: 'node-ipc', load: () => require('./net') },
  'net-best': { dialect: 'node-ipc', load: () => require('./net-best') },
  'napi-ipc/tls': {
    dialect: 'tls',
    lacks: ['broadcast'],
    load: () => require('./node-ipc-tls').over(require('../../lib/node-ipc'))
  },
  'node-ipc-14/tls': {
    dialect: 'tls',
    lacks: ['broadcast'],
    node: '22.13.0',
    load: async () => require('./node-ipc-tls').over((await import('node-ipc-14')).default)
  },

  'napi-ipc/nssocket': {
    dialect: 'nssocket',
    lacks: ['broadcast'],
    load: () => require('./nssocket').over(require('../../lib/nssocket'))
  },
  nssocket: {
    dialect: 'nssocket',
    lacks: ['broadcast'],
    load: () => require('./nssocket').over(require('nssocket'))
  },
  'napi-ipc/socket-ipc': {
    dialect: 'socket-ipc',
    load: () => require('./socket-ipc').over(require('../../lib/socket-ipc'))
  },
  'socket-ipc': {
    dialect: 'socket-ipc',
    load: () => require('./socket-ipc').over(require('@crussell52/socket-ipc'))
  },
  'napi-ipc/socket-model': {
    dialect: 'socket-model',
    load: () => require('./socket-model').over(require('../../lib/socket-model'))
  },
  'socket-model': {
    dialect: 'socket-model',
    load: () => require('./socket-model').over(require('socket-model'))
  }
}
