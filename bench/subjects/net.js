'use strict'

// What one writes first with node's net: one line of JSON a message, one write a message.

const net = require('node:net')

function encode(type, data) {
  return JSON.stringify({ type, data }) + '\n'
}

function receive(socket, handlers) {
  let rest = ''
  socket.setEncoding('utf8')
  socket.on('data', (chunk) => {
    const lines = (rest + chunk).split('\n')
    rest = lines.pop()
    for (const line of lines) {
      const { type, data } = JSON.parse(line)
      handlers[type](data, socket)
    }
  })
}

function listen(address, handlers, listening) {
  const sockets = new Set()
  const server = net.createServer((socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    receive(socket, handlers)
  })
  server.listen(address, listening)
  return {
    send: (peer, type, data) => peer.write(encode(type, data)),
    broadcast(type, data) {
      const line = encode(type, data)
      for (const socket of sockets) socket.write(line)
    },
    close: () => server.close()
  }
}

function connect(address, handlers, connected) {
  const socket = net.connect(address, connected)
  receive(socket, handlers)
  return { send: (type, data) => socket.write(encode(type, data)), close: () => socket.end() }
}

module.exports = { listen, connect }
