'use strict'

// Receives one big frame after another; reports how long each took and how much memory the process had at most.

const fs = require('node:fs')

const { subject } = require('../../common/subject')
const { report, options } = require('../../common/report')

const { address } = options()
const ipc = subject('node-ipc')
ipc.config.silent = true

/** A line of /proc/self/status, in bytes. */
const memory = (name) =>
  1024 * Number(new RegExp(`${name}:\\s+(\\d+)`).exec(fs.readFileSync('/proc/self/status', 'utf8'))[1])

let begin
ipc.serve(address.path, () => report('ready'))
ipc.server.on('begin', (data, socket) => {
  begin = { time: performance.now(), cpu: process.cpuUsage(), memory: memory('VmRSS') }
  ipc.server.emit(socket, 'go')
})
ipc.server.on('big', (data) => {
  const time = performance.now() - begin.time
  const { user, system } = process.cpuUsage(begin.cpu)
  report('big', {
    length: data.length,
    time,
    cpu: (user + system) / 1000,
    peak: memory('VmHWM') - begin.memory
  })
})
ipc.server.start()
