'use strict'

/** The subject for anything with the API of @crussell52/socket-ipc. */
function over({ Client, Server }) {
  return {
    listen(address, handlers, listening) {
      const server = new Server({ socketFile: address })
      for (const [type, handler] of Object.entries(handlers)) server.on(`message.${type}`, handler)
      server.on('listening', listening)
      server.listen()
      return {
        send: (peer, type, data) => server.send(type, data, peer),
        broadcast: (type, data) => server.broadcast(type, data),
        close: () => server.close()
      }
    },

    connect(address, handlers, connected) {
      const client = new Client({ socketFile: address })
      for (const [type, handler] of Object.entries(handlers)) client.on(`message.${type}`, handler)
      client.on('connect', connected)
      client.connect()
      return { send: (type, data) => client.send(type, data), close: () => client.close() }
    }
  }
}

module.exports = { over }
