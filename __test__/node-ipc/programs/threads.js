'use strict'

// The main thread and two worker threads each serve and connect. Reports what each of them saw.

const { Worker, isMainThread, parentPort, workerData } = require('node:worker_threads')

const { subject } = require('../../common/subject')
const { report, options } = require('../../common/report')

const { IPC } = subject('node-ipc')
const MESSAGES = 1000

/** Serves `own`, exchanges messages with a server at `other`, closes; resolves to the number of answers. */
function serveAndConnect(own, other) {
  const [hub, spoke] = [new IPC(), new IPC()]
  for (const { config } of [hub, spoke]) Object.assign(config, { silent: true, retry: 5 })
  return new Promise((resolve) => {
    hub.serve(own, () => {
      hub.server.on('m', (data, socket) => hub.server.emit(socket, 'm', data))
      spoke.connectTo('other', other)
      const client = spoke.of.other
      let answers = 0
      client.on('connect', () => {
        for (let n = answers; n < MESSAGES; n++) client.emit('m', n)
      })
      client.on('m', (data) => {
        if (data === answers) answers++
        if (answers === MESSAGES) resolve({ answers, close })
      })
    })
    hub.server.start()
  })

  function close() {
    for (const id of Object.keys(spoke.of)) spoke.disconnect(id)
    hub.server.stop()
    for (const socket of [...hub.server.sockets]) socket.destroy()
  }
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
