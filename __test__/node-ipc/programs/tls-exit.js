'use strict'

// A TLS client that exits as soon as it has emitted.

const { options } = require('../../common/report')
const { subject } = require('../../common/subject')

const ipc = subject('node-ipc')
const { address, ca, count } = options()

Object.assign(ipc.config, { silent: true, tls: { trustedConnections: ca } })
ipc.connectToNet('server', address.host, address.port)
ipc.of.server.socket.on('secureConnect', () => {
  for (let n = 0; n < count; n++) ipc.of.server.emit('m', { n, text: 'x'.repeat(500) })
  process.exit()
})
