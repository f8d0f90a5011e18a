'use strict'

// The main thread and two worker threads each serve and connect. Reports what each of them saw.

const { Worker, isMainThread, parentPort, workerData } = require('node:worker_threads')

const { library } = require('./library')
const { report, options } = require('../../common/report')

const { createServer, createClient } = library()
const log = { debug() {}, info() {}, warn() {}, error() {} }
const MESSAGES = 1000

/** Serves `own`, exchanges messages with a server at `other`; resolves to the number of answers. */
function serveAndConnect(own, other) {
  const server = createServer({ socketFile: own, log })
  server.onMessage(({ message }, socket) => server.getWriter().send(message, socket))
  server.start()
  const client = createClient({ socketFile: other, log, retryInterval: 5 })
  return new Promise((resolve) => {
    let answers = 0
    const { connectHandler } = client
    client.connectHandler = () => {
      connectHandler()
      for (let n = answers; n < MESSAGES; n++) client.send({ n })
    }
    client.onMessage(({ message }) => {
      if (message.n === answers) answers++
      if (answers === MESSAGES) resolve({ answers, close })
    })
    client.start()
  })

  function close() {
    client.stop()
    server.stop()
  }
}

if (isMainThread) {
  const { paths } = options()
  const workers = [1, 2].map(
    (own) => new Worker(__filename, { workerData: { own: paths[own], other: paths[(own + 1) % 3] } })
  )
  const done = workers.map((worker) => new Promise((resolve) => worker.once('message', resolve)))
  const over = workers.map((worker) => new Promise((resolve) => worker.once('exit', resolve)))
  const main = async () => {
    const mine = await serveAndConnect(paths[0], paths[1])
    report('answers', mine.answers, ...(await Promise.all(done)))
    // One after the other: whoever is left must not notice.
    for (const [at, worker] of workers.entries()) {
      worker.postMessage('close')
      report('exit', await over[at])
    }
    mine.close()
  }
  main()
} else {
  serveAndConnect(workerData.own, workerData.other).then(({ answers, close }) => {
    parentPort.once('message', close)
    parentPort.postMessage(answers)
  })
}
