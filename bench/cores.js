'use strict'

const { spawnSync } = require('node:child_process')

/** Whether a process can be kept on one core here: by `taskset`, which Linux has. */
const canPin = process.platform === 'linux' && spawnSync('taskset', ['-c', '0', 'true']).status === 0

/**
 * How to `fork` a process that stays on one core. A message that wakes a process on another core takes several times
 * as long as one that does not, and the scheduler's choice would decide the comparison.
 */
function pinned(node, core, args = []) {
  if (core === undefined || !canPin) return { execPath: node, execArgv: args }
  return { execPath: 'taskset', execArgv: ['-c', String(core), node, ...args] }
}

module.exports = { canPin, pinned }
