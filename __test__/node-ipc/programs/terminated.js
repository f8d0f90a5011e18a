'use strict'

// Terminates worker threads while they serve, connect and exchange messages with each other and with the main thread. Reports what is
// left afterwards.

const fs = require('node:fs')
const path = require('node:path')
const { Worker, isMainThread, parentPort, workerData } = require('node:worker_threads')

const { state } = require('../../common/deadline')
const { subject } = require('../../common/subject')
const { report, options } = require('../../common/report')

const { IPC } = subject('node-ipc')

function instance() {
  const ipc = new IPC()
  Object.assign(ipc.config, { silent: true, retry: 5 })
  return ipc
}

/** An endless exchange of messages with the server at `path`; `progress` is called for each answer. */
function chatter(path, progress) {
  const ipc = instance()
  ipc.connectTo('server', path)
  const client = ipc.of.server
  const burst = () => {
    for (let n = 0; n < 20; n++) client.emit('m', { n, text: 'x'.repeat(100 * n) })
  }
  client.on('connect', burst)
  let answers = 0
  client.on('m', () => {
    progress()
    if (++answers % 20 === 0) burst()
  })
  return ipc
}

function serve(path, callback) {
  const ipc = instance()
  ipc.serve(path, callback)
  ipc.server.on('m', (data, socket) => ipc.server.emit(socket, 'm', data))
  ipc.server.start()
  return ipc
}

function worker({ own, neighbour, main }) {
  serve(own, () => {
    let answers = 0
    const progress = () => {
      if (++answers === 100) parentPort.postMessage('busy')
    }
    for (const path of [own, neighbour, main]) chatter(path, progress)
  })
}

/** How many there are when nothing is being closed any more. */
async function settled() {
  let fewest = descriptors()
  for (let turn = 0; turn < 200; turn++) {
    await new Promise((resolve) => setImmediate(resolve))
    fewest = Math.min(fewest, descriptors())
  }
  return fewest
}

const descriptors = () => (process.platform === 'linux' ? fs.readdirSync('/proc/self/fd').length : 0)

async function main({ folder, rounds }) {
  const own = path.join(folder, 'main')
  const hub = await new Promise((resolve) => {
    const ipc = serve(own, () => resolve(ipc))
  })
  let answers = 0
  const spoke = chatter(own, () => answers++)

  const round = async () => {
    const paths = [0, 1].map((number) => path.join(folder, `worker${number}`))
    const workers = paths.map(
      (path, number) =>
        new Worker(__filename, { workerData: { own: path, neighbour: paths[1 - number], main: own } })
    )
    const busy = workers.map((worker) => new Promise((resolve) => worker.once('message', resolve)))
    const failed = workers.map((worker) => new Promise((resolve, reject) => worker.once('error', reject)))
    await Promise.race([Promise.all(busy), ...failed])
    await Promise.all(workers.map((worker) => worker.terminate()))
    while (hub.server.sockets.length > 1) await new Promise((resolve) => setImmediate(resolve))
  }

  for (let number = 0; number < 3; number++) await round()
  const before = await settled()
  for (let number = 0; number < rounds; number++) await round()
  // The main thread went on all the time, and still does.
  const count = answers
  while (answers < count + 100) await new Promise((resolve) => setImmediate(resolve))
  spoke.disconnect('server')
  while (hub.server.sockets.length > 0) await new Promise((resolve) => setImmediate(resolve))
  // The connection of the main thread itself was two descriptors; the background thread may be closing some yet.
  await state(() => descriptors() <= before - 2, 'no more descriptors than before')
  report('left', { before: before - 2, after: descriptors(), files: fs.readdirSync(folder) })
  hub.server.stop()
}

if (isMainThread) main(options())
else worker(workerData)
