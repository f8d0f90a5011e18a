'use strict'

// The same API by TLS 1.3 over TCP. The port is one that was free; the file at the address tells it to the other process.

const fs = require('node:fs')
const net = require('node:net')
const { file } = require('../../__test__/common/certificates')

const SERVER = { private: file('server.key'), public: file('server.pem') }
const CLIENT = { trustedConnections: file('ca.pem') }

/** A port that is free, without a host known at once. */
function freePort() {
  const probe = net.createServer().listen(0)
  const { port } = probe.address()
  probe.close()
  return port
}

/** The subject for anything with the API of node-ipc. */
function over(ipc) {
  ipc.config.silent = true

  return {
    listen(address, handlers, listening) {
      ipc.config.tls = { ...SERVER }
      // To node-ipc 0 is no port: as an argument it means the default one, and as the default 14.0.0 answers nobody.
      const port = freePort()
      ipc.serveNet('127.0.0.1', port, () => {
        fs.writeFileSync(address, String(port))
        listening()
      })
      const { server } = ipc
      server.on('error', (error) => {
        throw error
      })
      for (const [type, handler] of Object.entries(handlers)) server.on(type, handler)
      server.start()
      return {
        send: (peer, type, data) => server.emit(peer, type, data),
        broadcast: (type, data) => server.broadcast(type, data),
        close: () => server.stop()
      }
    },

    connect(address, handlers, connected) {
      ipc.config.tls = { ...CLIENT }
      ipc.connectToNet('bench', '127.0.0.1', Number(fs.readFileSync(address, 'utf8')))
      const client = ipc.of.bench
      client.on('connect', connected)
      for (const [type, handler] of Object.entries(handlers)) client.on(type, handler)
      return { send: (type, data) => client.emit(type, data), close: () => ipc.disconnect('bench') }
    }
  }
}

module.exports = { over }
