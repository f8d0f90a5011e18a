'use strict'

// The main thread and two worker threads each serve and connect. Reports what each of them saw.

const { library } = require('./library')
const { MESSAGES, ring } = require('../../common/threads')

const { createServer, createClient } = library()
const log = { debug() {}, info() {}, warn() {}, error() {} }

/** Serves `own`, exchanges messages with a server at `other`; resolves to the number of answers. */
function serveAndConnect(own, other) {
  const server = createServer({ socketFile: own, log })
  server.onMessage(({ message }, socket) => server.getWriter().send(message, socket))
  server.start()
  const client = createClient({ socketFile: other, log, retryInterval: 5 })
  return new Promise((resolve) => {
    let answers = 0
    const { connectHandler } = client
    client.connectHandler = () => {
      connectHandler()
      for (let n = answers; n < MESSAGES; n++) client.send({ n })
    }
    client.onMessage(({ message }) => {
      if (message.n === answers) answers++
      if (answers === MESSAGES) resolve({ answers, close })
    })
    client.start()
  })

  function close() {
    client.stop()
    server.stop()
  }
}

ring(__filename, serveAndConnect)
