'use strict'

// Connects and disconnects many times, then reports what is left in this process: { before, after } of open descriptors, timers,
// sockets and clients.

const fs = require('node:fs')

const { state } = require('../../common/deadline')
const { subject } = require('../../common/subject')
const { report, options } = require('../../common/report')

const { address, cycles, at } = options()
const { path, host, port } = address
const { IPC } = subject('node-ipc')
const [hub, spoke] = [new IPC(), new IPC()]
for (const { config } of [hub, spoke]) Object.assign(config, { silent: true, maxConnections: 10 * at })

const connect = (id) => (path ? spoke.connectTo(id, path) : spoke.connectToNet(id, host, port))

/** One client: connects, has an answer, disconnects. */
const cycle = (id) =>
  new Promise((resolve) => {
    connect(id)
    const client = spoke.of[id]
    client.on('connect', () => client.emit('hello', id))
    client.on('hello', () => spoke.disconnect(id))
    client.on('destroy', resolve)
  })

async function run(number) {
  let next = 0
  const lanes = Array.from({ length: at }, async () => {
    while (next < number) await cycle(`client ${next++}`)
  })
  await Promise.all(lanes)
  while (hub.server.sockets.length > 0) await new Promise((resolve) => setImmediate(resolve))
}

const left = () => ({
  descriptors: process.platform === 'linux' ? fs.readdirSync('/proc/self/fd').length : 0,
  timers: process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length,
  sockets: hub.server.sockets.length,
  clients: Object.keys(spoke.of).length
})

async function main() {
  let answered = 0
  hub.server.on('hello', (id, socket) => {
    answered++
    hub.server.emit(socket, 'hello', id)
  })
  await run(2 * at)
  const before = left()
  await run(cycles)
  // The background thread may be closing some yet.
  await state(() => left().descriptors <= before.descriptors, 'no more descriptors than before')
  report('left', { before, after: left(), answered: answered - 2 * at })
  hub.server.stop()
}

if (path) hub.serve(path, main)
else hub.serveNet(host, port, main)
hub.server.start()
