'use strict'

// The server of the tour: node server.js <address>

const ipc = require('napi-ipc/node-ipc')

const [address] = process.argv.slice(2)
const people = new Map()

ipc.config.silent = true

ipc.serve(address, () => {
  ipc.server.on('hello', ({ name }, socket) => {
    people.set(name, socket)
    ipc.server.emit(socket, 'welcome', { name })
  })
  ipc.server.on('square', ({ number }, socket) => {
    ipc.server.emit(socket, 'squared', { number, square: number * number })
  })
  ipc.server.on('echo', (text, socket) => {
    ipc.server.emit(socket, 'echo', text)
  })
  process.send({ event: 'listening' })
})
ipc.server.start()

process.on('message', (command) => {
  if (command.do === 'note') ipc.server.emit(people.get(command.to), 'note', command.text)
  if (command.do === 'broadcast') ipc.server.broadcast('news', command.text)
  if (command.do === 'stop') {
    // Nothing is left that keeps the process alive, so it ends.
    ipc.server.stop()
    process.disconnect()
  }
})
