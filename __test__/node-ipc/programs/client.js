'use strict'

// A client in a process of its own: reports what it publishes, does what it is told, ends when nothing is left to do.

const { subject } = require('../../common/subject')
const { report, obey, options, standStill } = require('../../common/report')

const { address, config = {}, types = [], givesUp = false } = options()
const ipc = subject('node-ipc')
Object.assign(ipc.config, { silent: true, retry: 20 }, config)

const watch = (client) => {
  for (const type of ['connect', 'disconnect', 'destroy', ...types])
    client.on(type, (data) => report(type, data))
  client.on('error', (error) => report('error', { code: error.code, message: error.message }))
}

const { path, host, port } = address
if (path) ipc.connectTo('server', path)
else ipc.connectToNet('server', host, port)
watch(ipc.of.server)
if (givesUp) ipc.of.server.on('disconnect', () => ipc.disconnect('server'))

obey({
  emit: (type, data) => ipc.of.server.emit(type, data),
  set: (key, value) => (ipc.config[key] = value),
  disconnect: () => ipc.disconnect('server'),
  destroy: () => ipc.of.server.socket.destroy(),
  unref: () => ipc.of.server.socket.unref(),
  exit: (type, messages) => {
    for (const data of messages) ipc.of.server.emit(type, data)
    process.exit()
  },
  block: (type, data, gate) => {
    ipc.of.server.emit(type, data)
    standStill(gate)
  }
})
process.on('beforeExit', () => report('beforeExit'))
