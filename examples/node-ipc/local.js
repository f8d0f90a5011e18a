'use strict'

// A server and a client on one machine, over a local socket: the smallest complete program.
// Run without arguments it is the server, and starts itself once more as the client.

const { fork } = require('node:child_process')
const fs = require('node:fs')
const os = require('node:os')
const path = require('node:path')
const ipc = require('napi-ipc/node-ipc')

ipc.config.silent = true

function server() {
  // A directory of its own, so that nothing else on the machine is met. Programs keep the default, or agree on one.
  const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'ipc-'))
  ipc.config.socketRoot = directory + '/'
  ipc.config.id = 'world'

  ipc.serve(() => {
    console.log('server: listening')
    fork(__filename, [ipc.config.socketRoot])
  })
  ipc.server.on('greeting', (data, socket) => {
    console.log('server: got', data)
    ipc.server.emit(socket, 'answer', `${data.text}, world!`)
  })
  ipc.server.on('socket.disconnected', (socket, id) => {
    console.log('server:', id, 'has left')
    ipc.server.stop()
    fs.rmSync(directory, { recursive: true })
  })
  ipc.server.start()
}

function client(socketRoot) {
  ipc.config.socketRoot = socketRoot

  ipc.connectTo('world', () => {
    const world = ipc.of.world
    world.on('connect', () => {
      console.log('client: connected')
      // The server knows this connection by the id that comes with the data.
      world.emit('greeting', { id: 'hello', text: 'hello' })
    })
    world.on('answer', (text) => {
      console.log('client: got', text)
      ipc.disconnect('world')
    })
  })
}

const [socketRoot] = process.argv.slice(2)
if (socketRoot) client(socketRoot)
else server()
