'use strict'

// Counts messages and says from time to time how far it is: node receiver.js <address> <wire>

const wires = require('./wires')

const CONFIRM_EVERY = 1000
const [address, wire] = process.argv.slice(2)
let received = 0

const handlers = {
  item({ number }, peer) {
    // Out of order or missing: not counted, and the sums will differ.
    if (number !== received) return
    if (++received % CONFIRM_EVERY === 0) server.reply(peer, 'got', received)
  },
  end(_, peer) {
    server.reply(peer, 'done', received)
    received = 0
  }
}

const server = wires[wire].listen(address, handlers, () => process.send({ event: 'listening' }))

process.on('message', () => {
  server.close()
  process.disconnect()
})
