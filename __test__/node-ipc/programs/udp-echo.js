'use strict'

// The original library by UDP: sends back what it gets as `echo`.

const { report, options } = require('../../common/report')

const { library, address, port, kind } = options()
const ipc = require(library)

ipc.config.silent = true
ipc.serveNet(address, port, kind)
ipc.server.on('connect', () => report('ready'))
ipc.server.on('echo', (data, peer) => {
  report('peer', peer)
  ipc.server.emit(peer, 'm', data)
})
ipc.server.on('stop', () => process.exit())
ipc.server.start()
