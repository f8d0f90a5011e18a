'use strict'

// TLS without any preparation: the server makes a certificate for itself. What passes is encrypted, but the client has
// no means to know whom it talks to, so it must be told not to ask. Good for a first try and not for more.
// Run without arguments it is the server, and starts itself once more as the client.

const { fork } = require('node:child_process')
const ipc = require('napi-ipc/node-ipc')

ipc.config.silent = true

function server() {
  // Any free port; a service would name one.
  ipc.config.networkPort = 0
  ipc.config.tls = {}

  ipc.serveNet('127.0.0.1', () => {
    const { address, port } = ipc.server.server.address()
    console.log('server: listening by TLS')
    fork(__filename, [address, String(port)])
  })
  ipc.server.on('message', (text, socket) => {
    console.log('server: received', text, 'by', socket.getProtocol())
    ipc.server.emit(socket, 'message', `${text}, too`)
  })
  ipc.server.on('close', () => ipc.server.stop())
  ipc.server.start()
}

function client(host, port) {
  ipc.config.tls = { rejectUnauthorized: false }
  ipc.connectToNet('world', host, port, () => {
    const { world } = ipc.of
    world.on('connect', () => world.emit('message', 'hello'))
    world.on('message', (text) => {
      console.log('client: received', text)
      console.log('client: the server is a stranger:', world.socket.authorizationError)
      ipc.disconnect('world')
    })
  })
}

const [host, port] = process.argv.slice(2)
if (host) client(host, Number(port))
else server()
