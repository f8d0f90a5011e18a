'use strict'

// A client sends a hundred thousand short messages as fast as it can; the server counts them, and tells after each thousand that
// they are there. Run without arguments it is the server, and starts itself once more as the client.

const { fork } = require('node:child_process')
const fs = require('node:fs')
const os = require('node:os')
const path = require('node:path')
const SocketModel = require('napi-ipc/socket-model')

const MESSAGES = 100000
const BURST = 1000

const log = { debug() {}, info() {}, warn: console.warn, error: console.error }

function serve() {
  const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'ipc-'))
  const socketFile = path.join(directory, 'burst.sock')
  const server = SocketModel.createServer({ socketFile, log })
  let count = 0
  let began

  server.onMessage((wrapper, socket) => {
    began ??= performance.now()
    if (++count % BURST === 0) server.getWriter().send({ count }, socket)
    if (count < MESSAGES) return
    const rate = Math.round(count / (performance.now() - began))
    console.log(`${count} messages, about ${rate} in a millisecond`)
    server.stop()
    fs.rmSync(directory, { recursive: true })
  })
  server.start()
  fork(__filename, [socketFile])
}

function connect(socketFile) {
  const client = SocketModel.createClient({ socketFile, log, reconnect: false })
  let sent = 0

  function burst() {
    for (const end = sent + BURST; sent < end; sent++) client.send({ number: sent })
  }

  // Whoever sends faster than the server reads fills the memory.
  client.onMessage(({ message: { count } }) => {
    if (count < MESSAGES) burst()
    else client.stop()
  })
  client.start()
  burst()
}

const [socketFile] = process.argv.slice(2)
if (socketFile) connect(socketFile)
else serve()
