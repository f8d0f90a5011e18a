'use strict'

/** The subject for anything with the API of nssocket. It has no broadcast. */
function over({ NsSocket, createServer }) {
  return {
    listen(address, handlers, listening) {
      const server = createServer((peer) => {
        for (const [type, handler] of Object.entries(handlers)) peer.data(type, (data) => handler(data, peer))
      })
      server.listen(address, listening)
      return { send: (peer, type, data) => peer.send(type, data), close: () => server.close() }
    },

    connect(address, handlers, connected) {
      const socket = new NsSocket()
      for (const [type, handler] of Object.entries(handlers)) socket.data(type, handler)
      socket.connect(address, connected)
      return { send: (type, data) => socket.send(type, data), close: () => socket.end() }
    }
  }
}

module.exports = { over }
