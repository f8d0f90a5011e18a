'use strict'

// The main thread and two worker threads each serve and connect. Reports what each of them saw.

const { Worker, isMainThread, parentPort, workerData } = require('node:worker_threads')

const { subject } = require('../../common/subject')
const { report, options } = require('../../common/report')

const { NsSocket, createServer } = subject('nssocket')
const MESSAGES = 1000

/** Serves `own`, exchanges messages with a server at `other`; resolves to the number of answers and a way to close. */
function serveAndConnect(own, other) {
  const sockets = []
  const server = createServer((socket) => {
    sockets.push(socket)
    socket.data('m', (data) => socket.send('m', data))
  })
  const client = new NsSocket({ reconnect: true, retryInterval: 5, maxRetries: 1000, backoff: { factor: 1 } })
  return new Promise((resolve) => {
    server.listen(own, () => {
      let answers = 0
      client.on('start', () => {
        for (let n = answers; n < MESSAGES; n++) client.send('m', n)
      })
      client.data('m', (data) => {
        if (data === answers) answers++
        if (answers === MESSAGES) resolve({ answers, close })
      })
      client.connect(other)
    })
  })

  function close() {
    client.destroy()
    server.close()
    for (const socket of sockets) socket.destroy()
  }
}

async function main() {
  const { paths } = options()
  const workers = [1, 2].map(
    (own) => new Worker(__filename, { workerData: { own: paths[own], other: paths[(own + 1) % 3] } })
  )
  const done = workers.map((worker) => new Promise((resolve) => worker.once('message', resolve)))
  const over = workers.map((worker) => new Promise((resolve) => worker.once('exit', resolve)))
  const mine = await serveAndConnect(paths[0], paths[1])
  report('answers', mine.answers, ...(await Promise.all(done)))
  // One after the other: whoever is left must not notice.
  for (const [at, worker] of workers.entries()) {
    worker.postMessage('close')
    report('exit', await over[at])
  }
  mine.close()
}

if (isMainThread) {
  main()
} else {
  serveAndConnect(workerData.own, workerData.other).then(({ answers, close }) => {
    parentPort.once('message', close)
    parentPort.postMessage(answers)
  })
}
