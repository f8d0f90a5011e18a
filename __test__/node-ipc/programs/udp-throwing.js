'use strict'

// A UDP server whose handler throws at the first of three frames that came together.

const { report } = require('../../common/report')
const { subject } = require('../../common/subject')

const ipc = subject('node-ipc')

process.on('uncaughtException', ({ message }) => report('uncaught', message))

ipc.config.silent = true
ipc.config.networkPort = 0
ipc.serveNet('127.0.0.1', 'udp4')
ipc.server.on('m', (n) => {
  report('m', n)
  if (n === 3) ipc.server.stop()
  if (n === 1) throw new Error('from the handler')
})
ipc.server.on('connect', (socket) => {
  const frames = [1, 2, 3].map((data) => JSON.stringify({ type: 'm', data }) + '\f')
  socket.send(frames.join(''), socket.address().port, '127.0.0.1')
})
ipc.server.start()
