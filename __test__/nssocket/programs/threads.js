'use strict'

// The main thread and two worker threads each serve and connect. Reports what each of them saw.

const { subject } = require('../../common/subject')
const { MESSAGES, ring } = require('../../common/threads')

const { NsSocket, createServer } = subject('nssocket')

/** Serves `own`, exchanges messages with a server at `other`; resolves to the number of answers and a way to close. */
function serveAndConnect(own, other) {
  const sockets = []
  const server = createServer((socket) => {
    sockets.push(socket)
    socket.data('m', (data) => socket.send('m', data))
  })
  const client = new NsSocket({ reconnect: true, retryInterval: 5, maxRetries: 1000, backoff: { factor: 1 } })
  return new Promise((resolve) => {
    server.listen(own, () => {
      let answers = 0
      client.on('start', () => {
        for (let n = answers; n < MESSAGES; n++) client.send('m', n)
      })
      client.data('m', (data) => {
        if (data === answers) answers++
        if (answers === MESSAGES) resolve({ answers, close })
      })
      client.connect(other)
    })
  })

  function close() {
    client.destroy()
    server.close()
    for (const socket of sockets) socket.destroy()
  }
}

ring(__filename, serveAndConnect)
