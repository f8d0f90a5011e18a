'use strict'

// Echoes every message; reports what it emits.

const { report, obey, options } = require('../../common/report')
const { library } = require('./library')

const { name, path } = options()
const { Server } = library(name)
const server = new Server({ socketFile: path })
server.on('message', (message, topic, id) => server.send(topic, message, id))
server.on('connection', (id, socket) => {
  report('connection')
  // The original has no handler of its own for the errors of its sockets.
  socket.on('error', () => {})
  socket.on('close', () => report('gone'))
})
server.on('error', ({ message }) => report('error', message))
for (const type of ['listening', 'closed', 'close']) server.on(type, () => report(type))
server.listen()
obey({
  broadcast: (topic, message) => server.broadcast(topic, message),
  end: () => server._sockets.forEach((id, socket) => socket.end()),
  destroy: () => server._sockets.forEach((id, socket) => socket.destroy()),
  pause: () => server._sockets.forEach((id, socket) => socket.pause()),
  close: () => server.close()
})
