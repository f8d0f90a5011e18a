'use strict'

// A server or a client without a handler of `error`. A raw peer connects, once for each text, writes it and waits for the
// end of its connection.

const net = require('node:net')

const { subject } = require('../../common/subject')
const { report, options } = require('../../common/report')

const { Server, Client } = subject('socket-ipc')
const { role, path, texts } = options()

/** Writes the text, which is one the other side ends the connection for. */
const talk = (socket, text) =>
  new Promise((resolve) => {
    socket.on('error', () => {})
    socket.on('close', () => resolve(report('closed')))
    socket.resume()
    socket.write(text)
  })

if (role === 'server') {
  const server = new Server({ socketFile: path })
  server.on('listening', async () => {
    report('ready')
    for (const text of texts) await talk(net.connect(path), text)
    server.close()
  })
  server.on('close', () => report('end'))
  server.listen()
} else {
  const client = new Client({ socketFile: path, reconnectDelay: 1 })
  const left = [...texts]
  let closed = 0
  const server = net.createServer(async (socket) => {
    await talk(socket, left.shift())
    // Counted: the client may have come for the last text before the end of the connection before it was seen here.
    if (++closed < texts.length) return
    client.close()
    server.close()
  })
  client.on('close', () => report('end'))
  server.listen(path, () => {
    report('ready')
    client.connect()
  })
}
