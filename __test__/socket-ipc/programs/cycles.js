'use strict'

// Connects and closes many times, then reports what is left in this process: { before, after } of open descriptors,
// timers and clients.

const fs = require('node:fs')

const { subject } = require('../../common/subject')
const { state } = require('../../common/deadline')
const { report, options } = require('../../common/report')

const { path, cycles, at } = options()
const { Server, Client } = subject('socket-ipc')
const server = new Server({ socketFile: path })
let answered = 0

/** One client: connects, has an answer, closes. */
const cycle = () =>
  new Promise((resolve) => {
    const client = new Client({ socketFile: path, retryDelay: 1, reconnectDelay: 1 })
    client.on('connect', () => client.send('hello'))
    client.on('message.hello', () => client.close())
    client.on('close', resolve)
    client.connect()
  })

async function run(number) {
  let next = 0
  const lanes = Array.from({ length: at }, async () => {
    while (next++ < number) await cycle()
  })
  await Promise.all(lanes)
  while (server._sockets.size > 0) await new Promise((resolve) => setImmediate(resolve))
  await new Promise((resolve) => setImmediate(resolve))
}

const left = () => ({
  descriptors: process.platform === 'linux' ? fs.readdirSync('/proc/self/fd').length : 0,
  timers: process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length,
  clients: server._sockets.size + server._clientLookup.size
})

server.on('message.hello', (message, id) => {
  answered++
  server.send('hello', message, id)
})
server.on('listening', async () => {
  await run(2 * at)
  const before = left()
  await run(cycles)
  // Another thread may close a descriptor a moment after that was told.
  await state(() => left().descriptors <= before.descriptors, 'no more descriptors than before')
  report('left', { before, after: left(), answered: answered - 2 * at })
  server.close()
})
server.listen()
