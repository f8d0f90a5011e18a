'use strict'

const fs = require('node:fs')
const os = require('node:os')
const path = require('node:path')
const { fork } = require('node:child_process')
const subjects = require('./subjects')
const scenarios = require('./scenarios')
const { pinned } = require('./cores')

let sockets = 0

function start(role, { node, directory, subject, scenario, address }) {
  const child = fork(path.join(__dirname, 'process.js'), [role, subject, scenario, address], {
    ...pinned(node, scenarios[scenario].cores?.[role], scenarios[scenario].node),
    cwd: directory,
    env: { ...process.env, ...subjects[subject].env }
  })
  const exited = new Promise((resolve) => child.on('exit', resolve))
  return {
    send: (message) => child.send(message),
    next: () =>
      new Promise((resolve, reject) => {
        child.once('message', resolve)
        exited.then(() => reject(new Error(`${subject}, ${scenario}: the ${role} process ended early`)))
      }),
    peak: () => peak(child.pid),
    end() {
      child.kill('SIGKILL')
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

/** One subject in one scenario, in two fresh processes. */
async function measure(what) {
  const address = path.join(what.directory, `s${++sockets}`)
  const server = start('server', { ...what, address })
  let client
  try {
    await server.next()
    client = start('client', { ...what, address })
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

/** Calls `work` with a directory of its own for the sockets, and removes it. */
async function inDirectory(work) {
  const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'napi-ipc-bench-'))
  const remove = () => fs.rmSync(directory, { recursive: true, force: true })
  process.on('exit', remove)
  process.on('SIGINT', () => process.exit(1))
  process.on('SIGTERM', () => process.exit(1))
  return work(directory)
}

module.exports = { measure, inDirectory }
