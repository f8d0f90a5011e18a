'use strict'

// A TLS server without a certificate: refused by who does not know it, trusted by who was given what it has made.

const { report } = require('../../common/report')
const { subject } = require('../../common/subject')
const { freePort } = require('../../common/places')

const ipc = subject('node-ipc')
const { IPC } = ipc

const warnings = []
process.on('warning', ({ code }) => warnings.push(code))

function connect(port, tls) {
  const mine = new IPC()
  Object.assign(mine.config, { silent: true, stopRetrying: true, tls })
  mine.connectToNet('server', port)
  return { server: mine.of.server, leave: () => mine.disconnect('server') }
}

async function main() {
  const port = await freePort()
  Object.assign(ipc.config, { silent: true, tls: {} })
  ipc.serveNet(port, () => {
    const stranger = connect(port, {})
    stranger.server.on('error', ({ code }) => report('refused', code))
    stranger.server.on('destroy', () => {
      const friend = connect(port, { ca: ipc.config.tls.cert })
      friend.server.socket.on('secureConnect', () => {
        report('trusted')
        for (const code of warnings) report('warning', code)
        friend.leave()
        ipc.server.stop()
      })
    })
  })
  ipc.server.start()
}

main()
