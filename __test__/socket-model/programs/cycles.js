'use strict'

// Connects and disconnects many times, then reports what is left in this process: { before, after } of open descriptors,
// timers and clients.

const fs = require('node:fs')

const { library } = require('./library')
const { state } = require('../../common/deadline')
const { report, options } = require('../../common/report')

const { address, cycles, at } = options()
const { createServer, createClient } = library()
const log = { debug() {}, info() {}, warn() {}, error() {} }
const server = createServer({ socketFile: address.path, log })

/** One client: connects, has an answer, disconnects. */
const cycle = (id) =>
  new Promise((resolve) => {
    const client = createClient({ socketFile: address.path, log })
    client.onMessage(({ message }) => message === id && client.stop())
    const { endHandler } = client
    client.endHandler = () => {
      endHandler()
      resolve()
    }
    client.start()
    client.send(id)
  })

async function run(number) {
  let next = 1
  const lanes = Array.from({ length: at }, async () => {
    while (next <= number) await cycle(next++)
  })
  await Promise.all(lanes)
  while (server.getClients().length > 0) await new Promise((resolve) => setImmediate(resolve))
}

const left = () => ({
  descriptors: process.platform === 'linux' ? fs.readdirSync('/proc/self/fd').length : 0,
  timers: process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length,
  clients: server.getClients().length
})

async function main() {
  let answered = 0
  server.onMessage(({ message }, socket) => {
    answered++
    server.getWriter().send(message, socket)
  })
  server.start()
  await run(2 * at)
  const before = left()
  await run(cycles)
  // Another thread may close a descriptor a moment after that was told.
  await state(() => left().descriptors <= before.descriptors, 'no more descriptors than before')
  report('left', { before, after: left(), answered: answered - 2 * at })
  server.stop()
}

main()
