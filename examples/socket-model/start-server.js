'use strict'

// A server that tells everybody what anybody sends, and the time every ten seconds; Ctrl-C ends it.
//
//   node start-server.js [socket file]

const os = require('node:os')
const path = require('node:path')
const SocketModel = require('napi-ipc/socket-model')

const socketFile = process.argv[2] ?? path.join(os.tmpdir(), 'socket-model-example.sock')

// No `log` is given, so the server writes what it does to the console.
const server = SocketModel.createServer({ socketFile })

server.onClientConnection((socket) => {
  server.getWriter().send(`welcome, you are client ${socket.id}`, socket)
})

server.onMessage((wrapper) => {
  console.log(' <<< client message:', wrapper.message)
  server.broadcast(wrapper.message)
})

server.start()

let count = 0
const clock = setInterval(() => {
  if (server.getClients().length > 0) server.broadcast({ time: new Date(), count: count++ })
}, 10000)

for (const signal of ['SIGINT', 'SIGTERM']) {
  process.once(signal, () => {
    clearInterval(clock)
    server.stop()
  })
}
