'use strict'

// What is measured. A subject is a module with two functions:
//
//   listen(address, handlers, listening) -> { send(peer, type, data), broadcast(type, data), close() }
//   connect(address, handlers, connected) -> { send(type, data), close() }
//
// `handlers` maps a type to a function of (data, peer). All send the same `{"type":…,"data":…}` and end it
// with one byte, so that all carry the same work. `node` is the oldest Node the subject runs on, `env` what
// its processes find in their environment; `extra` subjects are measured only when they are asked for.

module.exports = {
  'napi-ipc': { load: () => require('./node-ipc').over(require('../../lib/node-ipc')) },
  'napi-ipc-worker': {
    load: () => require('./node-ipc').over(require('../../lib/node-ipc')),
    env: { NAPI_IPC_DATA_PATH: 'worker' },
    extra: true
  },
  'node-ipc-14': {
    node: '22.13.0',
    load: async () => require('./node-ipc').over((await import('node-ipc-14')).default)
  },
  'node-ipc-9': { load: () => require('./node-ipc').over(require('node-ipc-9')) },
  net: { load: () => require('./net') },
  'net-best': { load: () => require('./net-best') }
}
