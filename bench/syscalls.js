'use strict'

// Calls of the operating system a message, by strace. A traced process is several times slower, so that none of its times counts,
// and what is coalesced while somebody waits is coalesced a little more.

const fs = require('node:fs')
const { spawnSync } = require('node:child_process')

/** Looked up, in vain, where the measured time begins and ends: it shows in the trace and costs nothing otherwise. */
const MARKS = { begin: '/napi-ipc-bench/begin', end: '/napi-ipc-bench/end' }

/** In a measured process that is traced. */
const isTraced = Boolean(process.env.NAPI_IPC_BENCH_TRACED)

function mark(name) {
  if (isTraced) fs.existsSync(MARKS[name])
}

/** Whether there is an strace which may trace. */
function canTrace() {
  return spawnSync('strace', ['-f', '-o', '/dev/null', 'true']).status === 0
}

/** How to fork, traced into `file`, what `fork` describes. */
function traced({ execPath, execArgv }, file) {
  return { execPath: 'strace', execArgv: ['-f', '-qq', '-s', '0', '-o', file, execPath, ...execArgv] }
}

/** The calls between the last two marks in a trace; 0 without any, as of a process that only looks on. */
function countCalls(file) {
  const lines = fs.readFileSync(file, 'utf8').split('\n')
  const from = lines.findLastIndex((line) => line.includes(MARKS.begin))
  const to = lines.findLastIndex((line) => line.includes(MARKS.end))
  if (from === -1 || to < from) return 0
  // A line a call; one that was interrupted by another thread's has a second line, which says `resumed`. No signals.
  return lines.slice(from + 1, to).filter((line) => /^\d+ +[a-z]\w*\(/.test(line)).length
}

module.exports = { canTrace, countCalls, mark, traced }
