'use strict'

// Echoes every message; reports what it publishes.

const { report, obey, options } = require('../../common/report')
const { TYPES } = require('../messages')
const { library } = require('./library')

async function main({ name, address, config }) {
  const ipc = await library(name, config)
  const { path, host, port } = address
  const ready = () => report('ready')
  if (path) ipc.serve(path, ready)
  else ipc.serveNet(host, port, ready)
  const { server } = ipc
  for (const type of TYPES) server.on(type, (data, socket) => server.emit(socket, type, data))
  server.on('connect', () => report('connect'))
  server.on('socket.disconnected', (socket, id) => report('socket.disconnected', id))
  server.on('error', ({ message }) => report('error', message))
  server.start()
  obey({
    broadcast: (type, data) => server.broadcast(type, data),
    end: () => server.sockets[0].end(),
    destroy: () => server.sockets[0].destroy(),
    close: () => {
      server.stop()
      for (const socket of [...server.sockets]) socket.destroy()
    }
  })
}

main(options())
