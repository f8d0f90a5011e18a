'use strict'

// Worker threads serve, connect and exchange messages with the main thread, and are terminated while they do. Reports what is left.

const fs = require('node:fs')
const path = require('node:path')
const { Worker, isMainThread, parentPort, workerData } = require('node:worker_threads')
const engine = require('../../../lib/engine')
const { report, options } = require('../../common/report')

const protocol = { framing: { mode: 'delimiter', delimiter: '\f' }, codec: 'json' }
const echo = { message: (value, connection) => connection.send(JSON.stringify(value)) }

/** An endless exchange with the server at `address`. */
function chatter(address, progress) {
  return engine.connect(address, protocol, {
    opened(connection) {
      for (let n = 0; n < 50; n++) connection.send(JSON.stringify({ n, text: 'x'.repeat(30 * n) }))
    },
    message(value, connection) {
      progress()
      connection.send(JSON.stringify(value), () => {})
    }
  })
}

if (isMainThread) main(options())
else work(workerData)

function work({ own, main: there }) {
  const listener = new engine.Listener(protocol, echo)
  listener.listen({ path: own, unlink: 'sockets' }, () => {
    let count = 0
    const progress = () => ++count === 200 && parentPort.postMessage('busy')
    chatter({ path: own }, progress)
    chatter({ path: there }, progress)
    engine.connect({ host: 'a.name', port: 1, lookup() {} }, protocol, {})
    new engine.Retry(() => {}).arm({ delay: 60_000 })
  })
}

const descriptors = () => (process.platform === 'linux' ? fs.readdirSync('/proc/self/fd').length : 0)

async function main({ folder, rounds }) {
  const own = path.join(folder, 'main')
  const listener = new engine.Listener(protocol, echo)
  await new Promise((resolve) => listener.listen({ path: own }, resolve))
  const turn = () => new Promise((resolve) => setImmediate(resolve))
  const round = async () => {
    const workers = [0, 1].map(
      (n) => new Worker(__filename, { workerData: { own: path.join(folder, `w${n}`), main: own } })
    )
    await Promise.all(workers.map((worker) => new Promise((resolve) => worker.once('message', resolve))))
    await Promise.all(workers.map((worker) => worker.terminate()))
    while (listener.connections.size > 0) await turn()
  }
  for (let n = 0; n < 2; n++) await round()
  const before = descriptors()
  for (let n = 0; n < rounds; n++) await round()
  // The background thread closes the last ones of the worker path.
  for (let n = 0; n < 1000 && descriptors() > before; n++) await turn()
  const after = descriptors()
  listener.close(() => report('left', { before, after, files: fs.readdirSync(folder) }))
}
