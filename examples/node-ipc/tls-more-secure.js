'use strict'

// TLS to a server that the client knows: the server's certificate was given to it beforehand, in a file. Here the server
// makes both on the spot; a service keeps its key and its certificate in files, named by `private` and `public`.
// Run without arguments it is the server, and starts itself once more as the client.

const { fork } = require('node:child_process')
const fs = require('node:fs')
const os = require('node:os')
const path = require('node:path')
const ipc = require('napi-ipc/node-ipc')

ipc.config.silent = true

function server() {
  const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'ipc-'))
  const certificate = path.join(directory, 'server.pem')
  ipc.config.networkPort = 0
  ipc.config.tls = {}

  ipc.serveNet('127.0.0.1', () => {
    // The certificate may be known to everybody; the key never leaves this process.
    fs.writeFileSync(certificate, ipc.config.tls.cert)
    const { address, port } = ipc.server.server.address()
    console.log('server: listening by TLS')
    fork(__filename, [address, String(port), certificate])
  })
  ipc.server.on('message', (text, socket) => {
    console.log('server: received', text)
    ipc.server.emit(socket, 'message', `${text}, too`)
  })
  ipc.server.on('close', () => {
    ipc.server.stop()
    fs.rmSync(directory, { recursive: true })
  })
  ipc.server.start()
}

function client(host, port, certificate) {
  ipc.config.tls = { trustedConnections: [certificate] }
  ipc.connectToNet('world', host, port, () => {
    const { world } = ipc.of
    world.emit('message', 'hello')
    world.on('error', ({ code }) => console.log('client: refuses the server:', code))
    world.on('message', (text) => {
      console.log('client: received', text)
      console.log('client: the server is the one that was meant:', world.socket.authorized)
      ipc.disconnect('world')
    })
  })
}

const [host, port, certificate] = process.argv.slice(2)
if (host) client(host, Number(port), certificate)
else server()
