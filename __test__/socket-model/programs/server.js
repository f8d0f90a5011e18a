'use strict'

// A server in a process of its own: broadcasts what it receives or reports it, reports its clients, does what it is told.

const { library } = require('./library')
const { report, obey, options } = require('../../common/report')

const { name, address, umask, echo, settings } = options()
if (umask !== undefined) process.umask(umask)
const server = library(name).createServer({
  socketFile: address.path,
  log: { debug() {}, info() {}, warn() {}, error: (...items) => report('log.error', ...items.map(String)) },
  ...settings
})
server.onClientConnection((socket) => {
  report('client')
  socket.on('close', () => report('close'))
})
server.onMessage(({ message }) => {
  if (echo) server.broadcast(message)
  else report('message', message)
})
server.start()
report('ready')
process.on('beforeExit', () => report('beforeExit'))

obey({
  broadcast: (...messages) => messages.forEach((message) => server.broadcast(message)),
  leave: (...messages) => {
    messages.forEach((message) => server.broadcast(message))
    server.getClients().forEach((socket) => socket.end())
  },
  end: () => server.getClients().forEach((socket) => socket.end()),
  pause: () => server.getClients().forEach((socket) => socket.pause()),
  destroy: () => [...server.getClients()].forEach((socket) => socket.destroy()),
  stop: () => server.stop(),
  restart: (pause) => {
    server.stop()
    setTimeout(() => server.start(), pause)
  },
  exit: (...messages) => {
    messages.forEach((message) => server.broadcast(message))
    process.exit()
  }
})
