'use strict'

// Receives one big line; reports how long it took.

const { library } = require('./library')
const { report, options } = require('../../common/report')

const server = library().createServer({
  socketFile: options().address.path,
  log: { debug() {}, info() {}, warn() {}, error() {} }
})
let begin
server.onMessage(({ message }) => {
  if (message === 'begin') {
    begin = { time: performance.now(), cpu: process.cpuUsage() }
    server.broadcast('go')
    return
  }
  const time = performance.now() - begin.time
  const { user, system } = process.cpuUsage(begin.cpu)
  report('big', { length: message.length, time, cpu: (user + system) / 1000 })
})
server.start()
report('ready')
