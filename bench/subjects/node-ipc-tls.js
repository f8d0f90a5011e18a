'use strict'

// The same API by TLS 1.3 over TCP. The system chooses the port; the file at the address tells it to the other process.

const fs = require('node:fs')
const { file } = require('../../__test__/common/certificates')

const SERVER = { private: file('server.key'), public: file('server.pem') }
const CLIENT = { trustedConnections: file('ca.pem') }

/** The subject for anything with the API of node-ipc. */
function over(ipc) {
  ipc.config.silent = true

  return {
    listen(address, handlers, listening) {
      ipc.config.tls = { ...SERVER }
      // As an argument 0 is no port, and the default would be taken.
      ipc.config.networkPort = 0
      ipc.serveNet('127.0.0.1', () => {
        fs.writeFileSync(address, String(server.server.address().port))
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
