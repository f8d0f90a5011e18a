'use strict'

// A client of the tour: node client.js <address> <name>

const { randomBytes } = require('node:crypto')
const ipc = require('napi-ipc/node-ipc')

const [address, name] = process.argv.slice(2)

ipc.config.silent = true
// Milliseconds between two attempts to reach the server, for as long as it takes.
ipc.config.retry = 50

function report(event, details) {
  process.send({ event, name, ...details })
}

ipc.connectTo('tour', address, () => {
  const server = ipc.of.tour
  server.on('connect', () => server.emit('hello', { name }))
  server.on('disconnect', () => report('disconnect'))
  server.on('welcome', () => report('welcome'))
  server.on('squared', (answer) => report('answer', answer))
  server.on('note', (text) => report('note', { text }))
  server.on('news', (text) => report('broadcast', { text }))
})

const commands = {
  ask({ number }) {
    ipc.of.tour.emit('square', { number })
  },
  big({ bytes }) {
    const sent = randomBytes(bytes / 2).toString('hex')
    const began = performance.now()
    ipc.of.tour.on('echo', (received) => {
      report('big', { bytes: received.length, intact: received === sent, ms: performance.now() - began })
    })
    ipc.of.tour.emit('echo', sent)
  },
  leave() {
    // After this nothing is left that keeps the process alive, so it ends.
    ipc.of.tour.on('destroy', () => process.disconnect())
    ipc.disconnect('tour')
  }
}

process.on('message', (command) => commands[command.do](command))
