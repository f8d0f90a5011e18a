'use strict'

const { mark } = require('./syscalls')

/** Time and CPU of this process from now on. */
function startCost() {
  mark('begin')
  const cpu = process.cpuUsage()
  const began = performance.now()
  return () => {
    const { user, system } = process.cpuUsage(cpu)
    const ms = performance.now() - began
    mark('end')
    return { ms, cpu: user + system }
  }
}

module.exports = { startCost }
