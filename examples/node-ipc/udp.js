'use strict'

// Two processes that talk by UDP. There are no clients: each has a server, and whoever was heard can be answered.
// Run without arguments it is the first, and starts itself once more as the second.

const { fork } = require('node:child_process')
const ipc = require('napi-ipc/node-ipc')

ipc.config.silent = true
// Any port that is free. A program would name one: serveNet('0.0.0.0', 8000, 'udp4').
ipc.config.networkPort = 0

function first() {
  ipc.serveNet('127.0.0.1', 'udp4')
  ipc.server.on('connect', (socket) => {
    const { address, port } = socket.address()
    console.log('first: listening by UDP')
    fork(__filename, [address, String(port)])
  })
  ipc.server.on('hello', ({ id }, peer) => {
    console.log('first: heard from', id, 'at', peer.address)
    ipc.server.emit(peer, 'welcome', { to: id })
    // Reaches everybody heard from so far.
    ipc.server.broadcast('news', 'somebody is here')
    ipc.server.stop()
  })
  ipc.server.start()
}

function second(address, port) {
  ipc.serveNet('127.0.0.1', 'udp4')
  ipc.server.on('connect', () => ipc.server.emit({ address, port }, 'hello', { id: 'second' }))
  ipc.server.on('welcome', () => console.log('second: is welcome'))
  ipc.server.on('news', (text) => {
    console.log('second: hears that', text)
    ipc.server.stop()
  })
  ipc.server.start()
}

const [address, port] = process.argv.slice(2)
if (address) second(address, Number(port))
else first()
