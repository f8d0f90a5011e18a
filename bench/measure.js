'use strict'

const fs = require('node:fs')
const os = require('node:os')
const path = require('node:path')
const { fork } = require('node:child_process')
const subjects = require('./subjects')
const scenarios = require('./scenarios')
const { pinned } = require('./cores')
const { countCalls, traced } = require('./syscalls')

/** A measurement that takes longer hangs: a message was lost, and nobody would ever say so. */
const LIMIT = 120_000

let sockets = 0

function start(role, { node, directory, subject, scenario, address, trace }) {
  const how = pinned(node, scenarios[scenario].cores?.[role], scenarios[scenario].node)
  const child = fork(path.join(__dirname, 'process.js'), [role, subject, scenario, address], {
    ...(trace ? traced(how, trace) : how),
    cwd: directory,
    env: { ...process.env, ...subjects[subject].env, ...(trace && { NAPI_IPC_BENCH_TRACED: '1' }) }
  })
  const exited = new Promise((resolve) => child.on('exit', resolve))
  return {
    send: (message) => child.send(message),
    next: () =>
      new Promise((resolve, reject) => {
        child.once('message', resolve)
        exited.then(() => reject(new Error(`${subject}, ${scenario}: the ${role} process ended early`)))
        const late = () =>
          reject(new Error(`${subject}, ${scenario}: the ${role} process says nothing any more`))
        setTimeout(late, LIMIT).unref()
      }),
    peak: () => peak(child.pid),
    end() {
      // A traced one ends by itself when nobody is there any more, and strace behind it: the trace is complete then.
      if (!trace) child.kill('SIGKILL')
      else if (child.connected) child.disconnect()
      return exited
    }
  }
}

/** The most memory a process has had so far, in MiB; 0 where the system does not tell. */
function peak(pid) {
  try {
    const [, kilobytes] = /^VmHWM:\s+(\d+)/m.exec(fs.readFileSync(`/proc/${pid}/status`, 'utf8'))
    return kilobytes / 1024
  } catch {
    return 0
  }
}

/** One subject in one scenario, in two fresh processes; `traces` are files for what strace says of each. */
async function measure(what, traces = {}) {
  const address = path.join(what.directory, `s${++sockets}`)
  const server = start('server', { ...what, address, trace: traces.server })
  let client
  try {
    await server.next()
    client = start('client', { ...what, address, trace: traces.client })
    await client.next()
    client.send({ warmUp: what.warmUp, ms: what.ms })
    const result = await Promise.race([client.next(), server.next()])
    return { ...result, peak: server.peak() + client.peak() }
  } finally {
    await client?.end()
    await server.end()
    fs.rmSync(address, { force: true })
  }
}

/** The calls of the operating system a message, in both processes together: a run of its own, whose times are worth nothing. */
async function measureCalls(what) {
  const traces = {
    server: path.join(what.directory, 'server.trace'),
    client: path.join(what.directory, 'client.trace')
  }
  const { count, faults } = await measure(what, traces)
  const calls = Object.values(traces).map(countCalls)
  for (const file of Object.values(traces)) fs.rmSync(file)
  return { faults, calls: (calls[0] + calls[1]) / count }
}

/** Calls `work` with a directory of its own for the sockets, and removes it. */
async function inDirectory(work) {
  const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'napi-ipc-bench-'))
  const remove = () => fs.rmSync(directory, { recursive: true, force: true })
  process.on('exit', remove)
  process.on('SIGINT', () => process.exit(1))
  process.on('SIGTERM', () => process.exit(1))
  return work(directory)
}

module.exports = { measure, measureCalls, inDirectory }
