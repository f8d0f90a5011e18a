'use strict'

// A server in a process of its own: reports what it publishes, answers 'echo', does what it is told, ends when nothing is left to do.

const fs = require('node:fs')

const { subject } = require('../../common/subject')
const { report, obey, options, standStill } = require('../../common/report')

const { address, config = {}, types = [], umask } = options()
if (umask !== undefined) process.umask(umask)
const ipc = subject('node-ipc')
Object.assign(ipc.config, { silent: true }, config)

const { path, host, port } = address
if (path) ipc.serve(path)
else ipc.serveNet(host, port)
const { server } = ipc
// A pipe is no file and has no mode.
const mode = () => (process.platform === 'win32' ? null : fs.statSync(path).mode & 0o777)
server.on('start', () => report('start', path && mode()))
server.on('connect', () => report('connect'))
server.on('socket.disconnected', (socket, id) => report('socket.disconnected', id))
server.on('error', (error) => report('error', { code: error.code, message: error.message }))
server.on('echo', (data, socket) => server.emit(socket, 'echo', data))
for (const type of types) server.on(type, (data) => report(type, data))
server.start()

obey({
  broadcast: (type, data) => server.broadcast(type, data),
  stop: () => server.stop(),
  close: () => {
    server.stop()
    for (const socket of [...server.sockets]) socket.destroy()
  },
  unref: () => {
    server.server.unref()
    for (const socket of server.sockets) socket.unref()
  },
  exit: (type, messages) => {
    for (const data of messages) server.broadcast(type, data)
    process.exit()
  },
  block: (type, data, gate) => {
    server.broadcast(type, data)
    standStill(gate)
  }
})
process.on('beforeExit', () => report('beforeExit'))
