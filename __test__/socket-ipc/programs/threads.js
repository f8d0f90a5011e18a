'use strict'

// The main thread and two worker threads each serve and connect. Reports what each of them saw.

const { Worker, isMainThread, parentPort, workerData } = require('node:worker_threads')

const { subject } = require('../../common/subject')
const { report, options } = require('../../common/report')

const { Server, Client } = subject('socket-ipc')
const MESSAGES = 1000

/** Serves `own`, exchanges messages with a server at `other`; resolves to the number of answers and a way to close. */
function serveAndConnect(own, other) {
  const server = new Server({ socketFile: own })
  const client = new Client({ socketFile: other, retryDelay: 5, reconnectDelay: 5 })
  server.on('message.m', (message, id) => server.send('m', message, id))
  server.on('listening', () => client.connect())
  server.listen()
  let answers = 0
  client.on('connect', () => {
    for (let n = answers; n < MESSAGES; n++) client.send('m', n)
  })
  const close = () => {
    client.close()
    server.close()
  }
  return new Promise((resolve) => {
    client.on('message.m', (message) => {
      if (message === answers) answers++
      if (answers === MESSAGES) resolve({ answers, close })
    })
  })
}

if (isMainThread) {
  const { paths } = options()
  const workers = [1, 2].map(
    (own) => new Worker(__filename, { workerData: { own: paths[own], other: paths[(own + 1) % 3] } })
  )
  const done = workers.map((worker) => new Promise((resolve) => worker.once('message', resolve)))
  const over = workers.map((worker) => new Promise((resolve) => worker.once('exit', resolve)))
  const run = async () => {
    const mine = await serveAndConnect(paths[0], paths[1])
    report('answers', mine.answers, ...(await Promise.all(done)))
    // One after the other: whoever is left must not notice.
    for (const [at, worker] of workers.entries()) {
      worker.postMessage('close')
      report('exit', await over[at])
    }
    mine.close()
  }
  run()
} else {
  serveAndConnect(workerData.own, workerData.other).then(({ answers, close }) => {
    parentPort.once('message', close)
    parentPort.postMessage(answers)
  })
}
