'use strict'

// A server or a client without a handler of `error`, whose peer resets the connection some times.

const net = require('node:net')

const { subject } = require('../../common/subject')
const { report, options } = require('../../common/report')

const { Server, Client } = subject('socket-ipc')
const { role, path, times } = options()
const MUCH = 'x'.repeat(1 << 22)
let left = times

/** Closes a stream that has not read what waits for it. */
function reset(stream) {
  stream.on('error', () => {})
  stream.destroy()
}

if (role === 'server') {
  const server = new Server({ socketFile: path })
  const dial = () => {
    const peer = new net.Socket()
    peer.pause()
    peer.on('error', () => {})
    peer.connect(path)
    server.once('connection', (id, socket) => {
      socket.on('close', () => {
        report('gone')
        if (--left > 0) dial()
        else server.close()
      })
      server.send('m', MUCH, id)
      setImmediate(() => reset(peer))
    })
  }
  server.on('listening', dial)
  server.on('close', () => report('end'))
  server.listen()
} else {
  const client = new Client({ socketFile: path, reconnectDelay: 1 })
  const sockets = []
  const server = net.createServer({ pauseOnConnect: true }, (socket) => meet(sockets.push(socket)))
  // Either end may be the first to know.
  const meet = () => {
    if (sockets.length === 0 || !client._socket) return
    client.send('m', MUCH)
    reset(sockets.pop())
  }
  client.on('connect', meet)
  client.on('disconnect', () => {
    report('gone')
    if (--left > 0) return
    client.close()
    server.close()
  })
  client.on('close', () => report('end'))
  server.listen(path, () => client.connect())
}
