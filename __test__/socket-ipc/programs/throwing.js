'use strict'

// A server or a client without a handler of `error`, and with a handler of messages that throws.

const net = require('node:net')

const { subject } = require('../../common/subject')
const { report, options } = require('../../common/report')

const { Server, Client } = subject('socket-ipc')
const { role, path } = options()
const TEXT = '{"topic":"m","message":1}\0\0{"topic":"m","message":2}\0\0'

process.on('uncaughtException', (error) => report('uncaught', error.message))

const handle = () => {
  report('message')
  throw new Error('of a handler')
}

if (role === 'server') {
  const server = new Server({ socketFile: path })
  server.on('message', handle)
  server.on('listening', () => {
    const peer = net.connect(path, () => peer.write(TEXT))
    peer.on('error', () => {})
    peer.on('close', () => server.close())
    peer.resume()
  })
  server.listen()
} else {
  const client = new Client({ socketFile: path })
  client.on('message', handle)
  const server = net.createServer((socket) => {
    socket.on('error', () => {})
    socket.on('close', () => {
      client.close()
      server.close()
    })
    socket.resume()
    socket.write(TEXT)
  })
  server.listen(path, () => client.connect())
}
