'use strict'

// Two clients send a hundred thousand short messages as fast as they can; the server counts them, and answers the last.
// Run without arguments it is the server, and starts itself once more for each client.

const { fork } = require('node:child_process')
const fs = require('node:fs')
const os = require('node:os')
const path = require('node:path')
const { Server, Client } = require('napi-ipc/socket-ipc')

const CLIENTS = 2
const MESSAGES = 50000
const BURST = 1000

function serve() {
  const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'ipc-'))
  const socketFile = path.join(directory, 'socket')
  const server = new Server({ socketFile })
  let count = 0
  let open = 0
  let began

  server.on('listening', () => {
    for (let n = 0; n < CLIENTS; n++) fork(__filename, [socketFile])
  })
  server.on('connection', (clientId, socket) => {
    began ??= performance.now()
    open++
    socket.on('close', () => {
      open--
      if (open === 0 && count === CLIENTS * MESSAGES) server.close()
    })
  })
  server.on('message.number', () => count++)
  server.on('message.next', (message, clientId) => server.send('next', null, clientId))
  server.on('close', () => {
    const rate = Math.round(count / (performance.now() - began))
    console.log(`${count} messages, about ${rate} in a millisecond`)
    fs.rmSync(directory, { recursive: true })
  })
  server.listen()
}

function connect(socketFile) {
  const client = new Client({ socketFile })
  let sent = 0

  function burst() {
    for (const end = sent + BURST; sent < end; sent++) client.send('number', sent)
    // An answer tells that they are there: whoever sends faster than the others read fills the memory.
    client.send('next')
  }

  client.on('connect', burst)
  client.on('message.next', () => {
    if (sent < MESSAGES) burst()
    else client.close()
  })
  client.connect()
}

const [socketFile] = process.argv.slice(2)
if (socketFile) connect(socketFile)
else serve()
