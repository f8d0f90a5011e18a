'use strict'

const SILENT = Object.fromEntries(['debug', 'info', 'warn', 'error'].map((level) => [level, () => {}]))

/** The subject for anything with the API of socket-model. Who has sent a message has to stand in it. */
function over({ createServer, createClient }) {
  return {
    listen(address, handlers, listening) {
      const server = createServer({ socketFile: address, log: SILENT, sendConnectMessage: true })
      const peers = new Map()
      server.onClientConnection((peer) => peers.set(peer.id, peer))
      server.onMessage(({ message: { type, data, from } }) => handlers[type](data, peers.get(from)))
      server.start()
      // It binds at once, and tells nobody.
      listening()
      return {
        send: (peer, type, data) => server.getWriter().send({ type, data }, peer),
        broadcast: (type, data) => server.broadcast({ type, data }),
        close: () => server.stop()
      }
    },

    connect(address, handlers, connected) {
      const client = createClient({ socketFile: address, log: SILENT })
      let from
      client.onMessage(({ message }) => {
        if (message.yourid === undefined) return handlers[message.type](message.data)
        from = message.yourid
        connected()
      })
      client.start()
      return { send: (type, data) => client.send({ type, data, from }), close: () => client.stop() }
    }
  }
}

module.exports = { over }
