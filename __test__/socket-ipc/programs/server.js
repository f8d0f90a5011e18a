'use strict'

// A server in a process of its own: reports what it emits, does what it is told, ends when nothing is left to do.

const { subject } = require('../../common/subject')
const { report, obey, options, standStill } = require('../../common/report')

const { path, umask, transcoder } = options()
if (umask !== undefined) process.umask(umask)

const { Server } = subject('socket-ipc')
const server = new Server({ socketFile: path, ...transcoder })
for (const type of ['listening', 'closed', 'close']) server.on(type, () => report(type))
server.on('connection', (id, socket) => {
  report('connection')
  socket.on('close', () => report('gone'))
})
server.on('message', (message, topic) => report('message', topic, message))
server.on('message.echo', (message, id) => server.send('echo', message, id))
server.listen()

obey({
  broadcast: (topic, message) => server.broadcast(topic, message),
  close: () => server.close(),
  unref: () => {
    server._server.unref()
    for (const socket of server._sockets.keys()) socket.unref()
  },
  exit: (topic, messages) => {
    for (const message of messages) server.broadcast(topic, message)
    process.exit()
  },
  block: (topic, message, gate) => {
    server.broadcast(topic, message)
    standStill(gate)
  }
})
process.on('beforeExit', () => report('beforeExit'))
