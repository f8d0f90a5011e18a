'use strict'

// One service in several processes: the workers of a cluster serve the same path, and the connections are spread over
// them. `unlink` must be off, or each worker would remove the socket file of the one before it.

const cluster = require('node:cluster')
const fs = require('node:fs')
const os = require('node:os')
const path = require('node:path')
const ipc = require('napi-ipc/node-ipc')

const WORKERS = 2
const CLIENTS = 4

ipc.config.silent = true
ipc.config.unlink = false

function primary() {
  const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'ipc-'))
  const socket = path.join(directory, 'service')
  let listening = 0
  for (let count = 0; count < WORKERS; count++) {
    cluster.fork({ SERVICE: socket }).on('message', () => {
      if (++listening === WORKERS) ask(socket, () => fs.rmdirSync(directory))
    })
  }
}

function ask(socket, done) {
  let answered = 0
  let gone = 0
  cluster.on('exit', () => {
    if (++gone === WORKERS) done()
  })
  for (let number = 1; number <= CLIENTS; number++) {
    const client = `client${number}`
    ipc.connectTo(client, socket, () => {
      ipc.of[client].on('connect', () => ipc.of[client].emit('who are you?'))
      ipc.of[client].on('worker', (id) => {
        console.log(`client ${number}: served by worker ${id}`)
        ipc.disconnect(client)
        if (++answered < CLIENTS) return
        for (const worker of Object.values(cluster.workers)) worker.send('stop')
      })
    })
  }
}

function worker() {
  ipc.serve(process.env.SERVICE, () => process.send('listening'))
  ipc.server.on('who are you?', (data, socket) => ipc.server.emit(socket, 'worker', cluster.worker.id))
  ipc.server.start()
  process.on('message', () => {
    ipc.server.stop()
    process.disconnect()
  })
}

if (cluster.isPrimary) primary()
else worker()
