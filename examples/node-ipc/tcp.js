'use strict'

// A server and a client over TCP. Run without arguments it is the server, and starts itself once more as the client.

const { fork } = require('node:child_process')
const ipc = require('napi-ipc/node-ipc')

ipc.config.silent = true

function server() {
  // Any port that is free. A program would name one: serveNet('0.0.0.0', 8000).
  ipc.config.networkPort = 0

  ipc.serveNet('127.0.0.1', () => {
    const { address, port } = ipc.server.server.address()
    console.log('server: listening on', address)
    fork(__filename, [address, String(port)])
  })
  ipc.server.on('connect', (socket) => {
    console.log('server: a client from', socket.remoteAddress)
  })
  ipc.server.on('add', (numbers, socket) => {
    console.log('server: adds', numbers)
    ipc.server.emit(
      socket,
      'sum',
      numbers.reduce((sum, number) => sum + number, 0)
    )
  })
  ipc.server.on('close', () => ipc.server.stop())
  ipc.server.start()
}

function client(host, port) {
  ipc.connectToNet('calculator', host, port, () => {
    const calculator = ipc.of.calculator
    // Sent as soon as the connection is there.
    calculator.emit('add', [1, 2, 3, 4])
    calculator.on('sum', (sum) => {
      console.log('client: the sum is', sum)
      ipc.disconnect('calculator')
    })
    calculator.on('destroy', () => console.log('client: done'))
  })
}

const [host, port] = process.argv.slice(2)
if (host) client(host, Number(port))
else server()
