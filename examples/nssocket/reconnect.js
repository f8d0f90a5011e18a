'use strict'

// A server that goes away and comes back, and a client that connects again.
// Run without arguments it is the client, and starts itself as the server, twice.

const { fork } = require('node:child_process')
const nssocket = require('napi-ipc/nssocket')

function client() {
  const served = []
  let server = start('first', 0)

  // The delays are 50, 100, 200 … ms and no longer than a second; without `backoff` each is ten times the one before.
  const socket = new nssocket.NsSocket({
    reconnect: true,
    retryInterval: 50,
    maxRetries: 100,
    backoff: { factor: 2, max: 1000 }
  })

  socket.on('start', () => {
    console.log('client: connected')
    socket.send('name?')
  })
  socket.data('name', (name) => {
    console.log('client: served by the', name, 'server')
    served.push(name)
    // The first server dies without a word, the second one is told to end.
    if (served.length === 1) {
      server.kill('SIGKILL')
    } else {
      // No further attempt after this.
      socket.end()
      server.send('end')
    }
  })
  socket.on('close', () => {
    if (served.length === 1 && server.killed) server = start('second', socket.port)
    console.log('client: closed, retries so far:', socket.retry.retries)
  })
  socket.on('error', ({ code }) => console.log('client: an attempt failed:', code))

  function start(name, port) {
    const child = fork(__filename, [name, String(port)])
    child.once('message', (listening) => port === 0 && socket.connect(listening, '127.0.0.1'))
    return child
  }
}

function serve(name, port) {
  const server = nssocket.createServer((socket) => {
    socket.data('name?', () => socket.send('name', name))
  })
  server.listen(port, '127.0.0.1', () => process.send(server.address().port))
  process.once('message', () => {
    server.close()
    process.disconnect()
  })
}

const [name, port] = process.argv.slice(2)
if (name) serve(name, Number(port))
else client()
