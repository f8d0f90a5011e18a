'use strict'

// Requests that must not overtake each other: with `sync` a client sends the next one only when the last was answered.
// Run without arguments it is the client, and starts itself once more as the server.

const { fork } = require('node:child_process')
const fs = require('node:fs')
const os = require('node:os')
const path = require('node:path')
const ipc = require('napi-ipc/node-ipc')

ipc.config.silent = true

function client() {
  const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'ipc-'))
  const socket = path.join(directory, 'account')
  fork(__filename, [socket]).once('message', () => {
    ipc.config.sync = true
    // An answer that is lost would hold up all that wait; after this time it counts as given, milliseconds.
    ipc.config.syncTimeout = 5000
    ipc.connectTo('account', socket, () => {
      const account = ipc.of.account
      // All at once; two of them wait in account.queue.
      account.emit('deposit', 50)
      account.emit('withdraw', 20)
      account.emit('withdraw', 40)
      console.log('client: requests waiting:', account.queue.contents.length)
      account.on('balance', (balance) => console.log('client: the balance is', balance))
      account.on('refused', (amount) => {
        console.log('client: there is not enough for', amount)
        ipc.disconnect('account')
        fs.rmSync(directory, { recursive: true })
      })
    })
  })
}

function server(socket) {
  let balance = 0
  ipc.serve(socket, () => process.send('listening'))
  ipc.server.on('deposit', (amount, client) => {
    balance += amount
    ipc.server.emit(client, 'balance', balance)
  })
  ipc.server.on('withdraw', (amount, client) => {
    if (amount > balance) {
      ipc.server.emit(client, 'refused', amount)
      return
    }
    balance -= amount
    // Slow on purpose: nothing else comes from this client meanwhile.
    setTimeout(() => ipc.server.emit(client, 'balance', balance), 20)
  })
  ipc.server.on('socket.disconnected', () => {
    ipc.server.stop()
    process.disconnect()
  })
  ipc.server.start()
}

const [socket] = process.argv.slice(2)
if (socket) server(socket)
else client()
