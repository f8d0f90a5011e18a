'use strict'

/** The subject for anything with the API of node-ipc. */
function over(ipc) {
  ipc.config.silent = true
  ipc.config.maxConnections = 10_000
  let clients = 0

  return {
    listen(address, handlers, listening) {
      ipc.serve(address, listening)
      const { server } = ipc
      for (const [type, handler] of Object.entries(handlers)) server.on(type, handler)
      server.start()
      return {
        send: (peer, type, data) => server.emit(peer, type, data),
        broadcast: (type, data) => server.broadcast(type, data),
        close: () => server.stop()
      }
    },

    connect(address, handlers, connected) {
      const id = `bench${++clients}`
      ipc.connectTo(id, address)
      const client = ipc.of[id]
      client.on('connect', connected)
      for (const [type, handler] of Object.entries(handlers)) client.on(type, handler)
      return { send: (type, data) => client.emit(type, data), close: () => ipc.disconnect(id) }
    }
  }
}

module.exports = { over }
