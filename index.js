'use strict'

// The front door. A dialect is loaded when it is first asked for, so that a program pays for what it uses.

const { version } = require('./package.json')

const load = {
  nodeIpc: () => require('./lib/node-ipc'),
  nssocket: () => require('./lib/nssocket'),
  nodeIpcV14: () => require('./lib/node-ipc/v14').default,
  socketIpc: () => require('./lib/socket-ipc'),
  socketModel: () => require('./lib/socket-model'),
  ipcio: () => require('./lib/ipcio')
}

exports.version = version

exports.diagnostics = function diagnostics() {
  const { dataPath } = require('./lib/engine')
  return { version, dataPath }
}

exports.busyPoll = function busyPoll(microseconds) {
  require('./lib/engine').busyPoll(microseconds)
}

for (const [name, get] of Object.entries(load)) {
  Object.defineProperty(exports, name, { enumerable: true, get })
}
