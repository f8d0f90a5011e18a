'use strict'

// A cluster whose workers serve one address; reports when all listen. Each tells who it is.

const cluster = require('node:cluster')
const { subject } = require('../../common/subject')

function primary() {
  const { report, obey, options } = require('../../common/report')
  const { workers, ...service } = options()
  // stdin is the test's line to this process alone.
  cluster.setupPrimary({ stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
  let listening = 0
  for (let count = 0; count < workers; count++) {
    const fork = cluster.fork({ SERVICE: JSON.stringify(service) })
    fork.on('message', ([type, ...args]) => {
      report(type, ...args)
      if (type === 'port' && ++listening === workers) report('listening')
    })
  }
  obey({
    stop: () => {
      for (const worker of Object.values(cluster.workers)) worker.send('stop')
    }
  })
}

function worker() {
  const { address, kind, config } = JSON.parse(process.env.SERVICE)
  const ipc = subject('node-ipc')
  Object.assign(ipc.config, { silent: true, unlink: false }, config)
  if (address.path) ipc.serve(address.path)
  else ipc.serveNet(address.host, address.port, kind)
  const { server } = ipc
  // By UDP `start` comes before the socket is bound.
  server.on(kind ? 'connect' : 'start', () => process.send(['port', server.server.address().port]))
  server.on('error', ({ code }) => process.send(['error', code]))
  server.on('who', (data, socket) => server.emit(socket, 'worker', cluster.worker.id))
  server.start()
  process.on('message', () => {
    server.stop()
    for (const socket of [...server.sockets]) socket.destroy?.()
    process.disconnect()
  })
}

if (cluster.isPrimary) primary()
else worker()
