'use strict'

// A protocol of plain strings: the smallest complete program. Run without arguments it is the server, and starts itself
// once more as the client.

const { fork } = require('node:child_process')
const fs = require('node:fs')
const os = require('node:os')
const path = require('node:path')
const SocketModel = require('napi-ipc/socket-model')

// Only what goes wrong is worth a line here.
const log = { debug() {}, info() {}, warn: console.warn, error: console.error }

function serve() {
  const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'ipc-'))
  const socketFile = path.join(directory, 'simple.sock')
  const server = SocketModel.createServer({ socketFile, log })

  // The second argument, the connection it came from, is an addition of napi-ipc: the original tells nobody who has sent it.
  server.onMessage(({ message }, socket) => {
    console.log('server: got', message)
    if (message === 'ping') server.getWriter().send('pong', socket)
    if (message === 'bye') {
      server.stop()
      fs.rmSync(directory, { recursive: true })
    }
  })
  server.start()
  fork(__filename, [socketFile])
}

function connect(socketFile) {
  const client = SocketModel.createClient({ socketFile, log })

  client.onMessage(({ mid, ts, message }) => {
    console.log('client: got', message, 'as', mid, 'of', new Date(ts).toISOString())
    client.stop('bye')
  })
  client.start()
  // The connection is being established; this is sent as soon as it is.
  client.send('ping')
}

const [socketFile] = process.argv.slice(2)
if (socketFile) connect(socketFile)
else serve()
