'use strict'

// A server or a client without a handler of `error`, and with a handler of messages that throws for the first; with `again`
// there is another connection afterwards.

const net = require('node:net')

const { subject } = require('../../common/subject')
const { report, options } = require('../../common/report')

const { Server, Client } = subject('socket-ipc')
const { role, path, again } = options()
const frame = (message) => `{"topic":"m","message":${message}}\0\0`
const CONNECTIONS = again ? [frame(1) + frame(2), frame(3)] : [frame(1) + frame(2)]

process.on('uncaughtException', (error) => report('uncaught', error.message))

let connections = 0
let close

const handle = (message) => {
  report('message', message)
  if (message === 1) throw new Error('of a handler')
  close()
}

/** What a raw peer writes into one connection after the other. */
function write(socket, next) {
  socket.on('error', () => {})
  socket.on('close', () => {
    if (connections < CONNECTIONS.length) next()
    else close()
  })
  socket.resume()
  socket.write(CONNECTIONS[connections++])
}

if (role === 'server') {
  const server = new Server({ socketFile: path })
  const dial = () => {
    const peer = net.connect(path, () => write(peer, dial))
  }
  close = () => server.close()
  server.on('message', handle)
  server.on('listening', dial)
  server.listen()
} else {
  const client = new Client({ socketFile: path, reconnectDelay: 20 })
  const server = net.createServer((socket) => write(socket, () => {}))
  close = () => {
    client.close()
    if (server.listening) server.close()
  }
  client.on('message', handle)
  server.listen(path, () => client.connect())
}
