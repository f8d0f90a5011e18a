'use strict'

// One server, three clients in processes of their own, and news for all of them.
// Run without arguments it is the server, and starts itself once more for each client.

const { fork } = require('node:child_process')
const fs = require('node:fs')
const os = require('node:os')
const path = require('node:path')
const ipc = require('napi-ipc/node-ipc')

const NAMES = ['anna', 'bert', 'cleo']

ipc.config.silent = true

function server() {
  const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'ipc-'))
  const socket = path.join(directory, 'news')
  const present = new Set()

  ipc.serve(socket, () => {
    console.log('server: listening')
    for (const name of NAMES) fork(__filename, [socket, name])
  })
  ipc.server.on('subscribe', ({ id }) => {
    present.add(id)
    if (present.size < NAMES.length) return
    console.log('server: everybody is here:', [...present].sort().join(', '))
    // Encoded once, however many clients there are.
    ipc.server.broadcast('news', { headline: 'it works' })
  })
  ipc.server.on('socket.disconnected', (socket, id) => {
    present.delete(id)
    if (present.size > 0) return
    console.log('server: everybody has left')
    ipc.server.stop()
    fs.rmSync(directory, { recursive: true })
  })
  ipc.server.start()
}

function client(socket, name) {
  ipc.connectTo('news', socket, () => {
    ipc.of.news.on('connect', () => ipc.of.news.emit('subscribe', { id: name }))
    ipc.of.news.on('news', ({ headline }) => {
      console.log(`${name}: ${headline}`)
      ipc.disconnect('news')
    })
  })
}

const [socket, name] = process.argv.slice(2)
if (socket) client(socket, name)
else server()
