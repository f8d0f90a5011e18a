'use strict'

// A server that goes away and comes back, and a client that notices both.
// Run without arguments it is the client, and starts itself as the server, twice.

const { fork } = require('node:child_process')
const fs = require('node:fs')
const os = require('node:os')
const path = require('node:path')
const { Server, Client } = require('napi-ipc/socket-ipc')

function connect() {
  const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'ipc-'))
  const socketFile = path.join(directory, 'socket')
  let server = fork(__filename, [socketFile, 'first'])
  let failures = 0

  const client = new Client({
    socketFile,
    // A range keeps many clients from coming back at the same moment.
    retryDelay: { min: 20, max: 100 },
    reconnectDelay: 50
  })
  client.on('connectError', () => failures++)
  client.on('connect', () => console.log('client: connected'))
  client.on('reconnect', () => console.log('client: for the second time or later'))
  client.on('disconnect', () => {
    console.log('client: disconnected, tries again')
    server = fork(__filename, [socketFile, 'second'])
  })
  client.on('message.hello', (name) => {
    console.log('client: greeted by the', name, 'server')
    // The first server dies without a word, and leaves its socket file behind.
    if (name === 'first') server.kill('SIGKILL')
    else client.close()
  })
  client.on('close', () => {
    console.log('client: closed,', failures > 0 ? 'some attempts have failed' : 'no attempt has failed')
    server.once('exit', () => fs.rmSync(directory, { recursive: true }))
    server.send('end')
  })
  client.connect()
}

function serve(socketFile, name) {
  const server = new Server({ socketFile })
  server.on('connection', (clientId) => server.send('hello', name, clientId))
  // Nobody listens at a socket file that a killed server has left: it is replaced.
  server.listen()
  process.once('message', () => {
    server.close()
    process.disconnect()
  })
}

const [socketFile, name] = process.argv.slice(2)
if (socketFile) serve(socketFile, name)
else connect()
