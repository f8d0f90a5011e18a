'use strict'

// A receiver whose handler throws when the message says so. Reports what it handles and what is uncaught, in order.

const { subject } = require('../../common/subject')
const { report, options } = require('../../common/report')

const { role, address } = options()
const ipc = subject('node-ipc')
Object.assign(ipc.config, { silent: true, stopRetrying: true })

process.on('uncaughtException', (error) => report('uncaught', error.message))

const handle = (name) => (data) => {
  report(name, data)
  if (data?.fail) throw new Error(`handler of ${data.n}`)
}

const { path, host, port } = address
if (role === 'server') {
  if (path) ipc.serve(path, () => report('ready'))
  else ipc.serveNet(host, port, () => report('ready'))
  ipc.server.on('m', handle('m'))
  ipc.server.on('socket.disconnected', () => report('gone'))
  ipc.server.on('close', () => ipc.server.stop())
  ipc.server.start()
} else {
  if (path) ipc.connectTo('server', path)
  else ipc.connectToNet('server', host, port)
  ipc.of.server.on('connect', () => report('ready'))
  ipc.of.server.on('m', handle('m'))
  ipc.of.server.on('disconnect', () => report('gone'))
}
