'use strict'

// A server that closes when it is told so by a client, and can be kept from hearing of it.

const { obey, options, report, standStill } = require('../../common/report')
const { subject } = require('../../common/subject')

const { domain } = options()
const { Server } = subject('ipcio')

const server = new Server({ domain }, { quit: () => server.close().then(() => report('closed')) })
server.start()
obey({
  block(gate) {
    report('blocked')
    standStill(gate)
  }
})
report('ready')
