'use strict'

// A server and clients in a worker thread that is terminated in the middle of everything.

const fs = require('node:fs')
const { Worker, isMainThread, parentPort, workerData } = require('node:worker_threads')
const { options, report } = require('../../common/report')
const { subject } = require('../../common/subject')

async function work(domain) {
  const { Server, Client } = subject('ipcio')
  new Server({ domain }, { hello: () => parentPort.postMessage('busy') }).start()
  const clients = ['a', 'b'].map((name) => new Client({ domain, name }, { e() {} }))
  for (const client of clients) client.connect()
  setInterval(() => {
    for (let n = 0; n < 50; n++) {
      clients[0].emit('b', 'e', n)
      clients[1].send('hello', n)
    }
  }, 1)
}

async function main() {
  const { domain, rounds } = options()
  for (let round = 0; round < rounds; round++) {
    const worker = new Worker(__filename, { workerData: `${domain}-${round}` })
    await new Promise((resolve) => worker.once('message', resolve))
    await worker.terminate()
  }
  const left = () => fs.readdirSync('/tmp').filter((file) => file.startsWith(`IPC.io.${domain}`))
  // The background thread may be closing some yet.
  for (let tries = 0; left().length > 0 && tries < 100; tries++)
    await new Promise((resolve) => setTimeout(resolve, 20))
  report('left', left())
}

if (isMainThread) main()
else work(workerData)
