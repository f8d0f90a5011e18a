'use strict'

// A server that goes away and comes back, and a client that notices both.
// Run without arguments it is the client, and starts itself as the server, twice.

const { fork } = require('node:child_process')
const fs = require('node:fs')
const os = require('node:os')
const path = require('node:path')
const ipc = require('napi-ipc/node-ipc')

ipc.config.silent = true

function client() {
  const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'ipc-'))
  const socket = path.join(directory, 'service')
  let server = fork(__filename, [socket, 'first'])
  const served = []
  let replaced = false

  // Every 100 ms, and as often as it takes; the count starts anew with each connection.
  ipc.config.retry = 100
  ipc.config.maxRetries = Infinity

  ipc.connectTo('service', socket, () => {
    const service = ipc.of.service
    service.on('connect', () => {
      console.log('client: connected')
      service.emit('name?')
    })
    service.on('name', (name) => {
      console.log('client: served by the', name, 'server')
      served.push(name)
      // The first server dies without a word; the second one is told to end.
      if (served.length === 1) server.kill('SIGKILL')
      else ipc.disconnect('service')
    })
    service.on('disconnect', () => {
      // Published for each attempt that fails, too: also before the first server listens.
      if (served.length !== 1 || replaced) return
      replaced = true
      console.log('client: disconnected, tries again')
      server = fork(__filename, [socket, 'second'])
    })
    service.on('destroy', () => {
      console.log('client: done')
      server.once('exit', () => fs.rmSync(directory, { recursive: true }))
      server.send('end')
    })
  })
}

function serve(socket, name) {
  ipc.serve(socket)
  ipc.server.on('name?', (data, connection) => ipc.server.emit(connection, 'name', name))
  // A socket file that a killed server has left behind is taken over.
  ipc.server.start()
  process.once('message', () => {
    ipc.server.stop()
    process.disconnect()
  })
}

const [socket, name] = process.argv.slice(2)
if (socket) serve(socket, name)
else client()
