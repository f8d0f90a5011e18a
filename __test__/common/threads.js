'use strict'

// CM-10: the main thread and two worker threads each serve and connect, in a ring; each side of it.

const fs = require('node:fs')
const { Worker, isMainThread, parentPort, workerData } = require('node:worker_threads')
const { directory, socketIn } = require('./places')
const { run } = require('./processes')

/** Messages each of them sends, one after the other, until it has been answered all of them. */
const MESSAGES = 1000

/**
 * The program, `file`: `serveAndConnect(own, other)` serves at `own`, exchanges messages with a server at `other`, and resolves to the
 * number of `answers` and a way to `close`.
 */
function ring(file, serveAndConnect) {
  if (isMainThread) {
    main(file, serveAndConnect)
    return
  }
  serveAndConnect(workerData.own, workerData.other).then(({ answers, close }) => {
    parentPort.once('message', close)
    parentPort.postMessage(answers)
  })
}

async function main(file, serveAndConnect) {
  // Listens to whoever has started it, which a test that requires this file must not.
  const { report, options } = require('./report')
  const { paths } = options()
  const workers = [1, 2].map(
    (own) => new Worker(file, { workerData: { own: paths[own], other: paths[(own + 1) % 3] } })
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

/** The test of a program in which all went well, and nothing was left behind. */
async function independent(t, file) {
  const folder = directory(t)
  const paths = ['main', 'one', 'two'].map((name) => socketIn(folder, name))
  t.deepEqual(await run(t, file, { paths }).success(), [
    ['answers', MESSAGES, MESSAGES, MESSAGES],
    ['exit', 0],
    ['exit', 0]
  ])
  t.deepEqual(fs.readdirSync(folder), [])
}

module.exports = { MESSAGES, independent, ring }
