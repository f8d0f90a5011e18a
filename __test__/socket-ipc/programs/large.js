'use strict'

// A server that reports what large messages cost it.

const { subject } = require('../../common/subject')
const { report, options } = require('../../common/report')

const { Server } = subject('socket-ipc')
const server = new Server({ socketFile: options().path })
let began
let used

server.on('message.begin', () => {
  began = performance.now()
  used = process.cpuUsage()
  report('begun')
})
server.on('message.big', ({ length }) => {
  const { user, system } = process.cpuUsage(used)
  report('big', { length, time: performance.now() - began, cpu: (user + system) / 1000 })
})
server.on('listening', () => report('ready'))
server.listen()
