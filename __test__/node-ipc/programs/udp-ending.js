'use strict'

// A UDP server that does not hold the process.

const { report, options } = require('../../common/report')
const { subject } = require('../../common/subject')

const ipc = subject('node-ipc')

ipc.config.silent = true
ipc.config.networkPort = 0
ipc.serveNet('127.0.0.1', 'udp4')
ipc.server.on('connect', (socket) => {
  report('connect')
  if (options().how === 'stop') ipc.server.stop()
  else socket.unref()
})
ipc.server.start()
