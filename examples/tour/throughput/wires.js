'use strict'

// The two ways of carrying an event that are compared: napi-ipc, and what one would write by hand with
// node's net, one line of JSON a message. Both offer the same three functions.

const net = require('node:net')
const ipc = require('napi-ipc/node-ipc')

ipc.config.silent = true

const napiIpc = {
  /** `handlers` maps an event to (data, peer); `reply(peer, type, data)` answers whoever sent it. */
  listen(address, handlers, listening) {
    ipc.serve(address, listening)
    const { server } = ipc
    for (const [type, handler] of Object.entries(handlers)) server.on(type, handler)
    server.start()
    return { reply: (peer, type, data) => server.emit(peer, type, data), close: () => server.stop() }
  },

  connect(address, handlers, connected) {
    ipc.connectTo('speed', address)
    const server = ipc.of.speed
    server.on('connect', connected)
    for (const [type, handler] of Object.entries(handlers)) server.on(type, handler)
    return { send: (type, data) => server.emit(type, data), close: () => ipc.disconnect('speed') }
  }
}

function write(socket, type, data) {
  socket.write(JSON.stringify({ type, data }) + '\n')
}

function read(socket, handle) {
  let rest = ''
  socket.setEncoding('utf8')
  socket.on('data', (chunk) => {
    const lines = (rest + chunk).split('\n')
    rest = lines.pop()
    for (const line of lines) handle(JSON.parse(line))
  })
}

const byHand = {
  listen(address, handlers, listening) {
    const server = net.createServer((socket) => {
      read(socket, ({ type, data }) => handlers[type](data, socket))
    })
    server.listen(address, listening)
    return { reply: write, close: () => server.close() }
  },

  connect(address, handlers, connected) {
    const socket = net.connect(address, connected)
    read(socket, ({ type, data }) => handlers[type](data))
    return { send: (type, data) => write(socket, type, data), close: () => socket.end() }
  }
}

module.exports = { 'napi-ipc': napiIpc, net: byHand }
