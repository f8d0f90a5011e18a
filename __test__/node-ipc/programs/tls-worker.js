'use strict'

// A thread that is in the middle of some TLS handshakes when it is ended.

const { parentPort, workerData } = require('node:worker_threads')
const { subject } = require('../../common/subject')

const ipc = subject('node-ipc')
const { address, ca } = workerData

Object.assign(ipc.config, { silent: true, tls: { trustedConnections: ca } })
for (let n = 0; n < 5; n++) {
  ipc.connectToNet(`server ${n}`, address.host, address.port)
  ipc.of[`server ${n}`].on('connect', () => parentPort.postMessage('connect'))
}
