'use strict'

// A domain in a process of its own, by the library or by the peer that does in JavaScript what the original did.
// Tells its parent when it listens, and on request what processor time it has used.

const [domain, kind] = process.argv.slice(2)

async function main() {
  if (kind === 'javascript') {
    const { ReferenceServer } = require('../../__test__/ipcio/reference-peer')
    await new ReferenceServer(domain).start()
  } else {
    const { Server } = require('../../lib/ipcio')
    const server = new Server({ domain })
    server.addHandlers({ echo: ({ data }) => data })
    server.start()
    process.on('message', (what) => what === 'census' && process.send(server.census()))
  }
  process.on('message', (what) => {
    if (what === 'usage') {
      const { user, system } = process.cpuUsage()
      process.send({ cpu: user + system, rss: process.memoryUsage.rss(), descriptors: descriptors() })
    }
  })
  process.on('disconnect', () => process.exit())
  process.send('ready')
}

function descriptors() {
  try {
    return require('node:fs').readdirSync('/proc/self/fd').length
  } catch {
    return undefined // not on this system
  }
}

main()
