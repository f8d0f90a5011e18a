'use strict'

// Workers of a cluster that serve one address share it, as with the original: Node's primary process deals out the
// connections, and their descriptors are adopted.

const fs = require('node:fs')
const path = require('node:path')
const test = require('ava')
const { eachTransport } = require('../common/places')
const { next } = require('../common/events')
const { run } = require('../common/processes')
const { connected, instance } = require('./support')

const CLUSTER = path.join(__dirname, 'programs', 'cluster.js')

eachTransport(test, 'cluster: two workers serve one address, each gets its part', async (t, address) => {
  const program = run(t, CLUSTER, { address, workers: 2 })
  await program.report('listening')
  const served = []
  for (let count = 0; count < 6; count++) {
    const ipc = instance(t)
    const client = await connected(ipc, address)
    const answer = next(client, 'worker')
    client.emit('who')
    served.push(...(await answer))
    ipc.disconnect('server')
  }
  t.deepEqual(served.sort(), [1, 1, 1, 2, 2, 2])
  await program.tell('stop')
  await program.success()
  if (address.path) t.false(fs.existsSync(address.path))
})
