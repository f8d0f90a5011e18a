'use strict'

// The main thread and two worker threads each serve and connect. Reports what each of them saw.

const { subject } = require('../../common/subject')
const { MESSAGES, ring } = require('../../common/threads')

const { Server, Client } = subject('socket-ipc')

/** Serves `own`, exchanges messages with a server at `other`; resolves to the number of answers and a way to close. */
function serveAndConnect(own, other) {
  const server = new Server({ socketFile: own })
  const client = new Client({ socketFile: other, retryDelay: 5, reconnectDelay: 5 })
  server.on('message.m', (message, id) => server.send('m', message, id))
  server.on('listening', () => client.connect())
  server.listen()
  let answers = 0
  client.on('connect', () => {
    for (let n = answers; n < MESSAGES; n++) client.send('m', n)
  })
  const close = () => {
    client.close()
    server.close()
  }
  return new Promise((resolve) => {
    client.on('message.m', (message) => {
      if (message === answers) answers++
      if (answers === MESSAGES) resolve({ answers, close })
    })
  })
}

ring(__filename, serveAndConnect)
