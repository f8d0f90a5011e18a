'use strict'

/** Time and CPU of this process from now on. */
function startCost() {
  const cpu = process.cpuUsage()
  const began = performance.now()
  return () => {
    const { user, system } = process.cpuUsage(cpu)
    return { ms: performance.now() - began, cpu: user + system }
  }
}

module.exports = { startCost }
