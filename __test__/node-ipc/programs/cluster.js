'use strict'

// A cluster whose workers serve one path; reports when all listen, and how many connections each got.

const cluster = require('node:cluster')
const { subject } = require('../../common/subject')

function primary() {
  const { report, obey, options } = require('../../common/report')
  const { address, workers } = options()
  // stdin is the test's line to this process alone.
  cluster.setupPrimary({ stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
  let listening = 0
  for (let count = 0; count < workers; count++) {
    cluster.fork({ ADDRESS: JSON.stringify(address) }).on('message', () => {
      if (++listening === workers) report('listening')
    })
  }
  obey({
    stop: () => {
      for (const worker of Object.values(cluster.workers)) worker.send('stop')
    }
  })
}

function worker() {
  const address = JSON.parse(process.env.ADDRESS)
  const ipc = subject('node-ipc')
  Object.assign(ipc.config, { silent: true, unlink: false })
  if (address.path) ipc.serve(address.path, () => process.send('listening'))
  else ipc.serveNet(address.host, address.port, () => process.send('listening'))
  ipc.server.on('who', (data, socket) => ipc.server.emit(socket, 'worker', cluster.worker.id))
  ipc.server.start()
  process.on('message', () => {
    ipc.server.stop()
    process.disconnect()
  })
}

if (cluster.isPrimary) primary()
else worker()
