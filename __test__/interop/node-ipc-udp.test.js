'use strict'

const dgram = require('node:dgram')
const path = require('node:path')
const test = require('ava')
const { UDP_HOSTS } = require('../common/places')
const { run } = require('../common/processes')
const { eachPair } = require('./pairs')

const PROGRAM = path.join(__dirname, 'programs', 'udp.js')
const COUNT = 1000

/** A port for UDP that nobody has. */
function freePort(kind) {
  return new Promise((resolve) => {
    const probe = dgram.createSocket(kind)
    probe.bind(0, UDP_HOSTS[kind], () => {
      const { port } = probe.address()
      probe.close(() => resolve(port))
    })
  })
}

for (const [kind, address] of Object.entries(UDP_HOSTS)) {
  eachPair((title, here, there) => {
    test.serial(`NI-46, NI-59: ${COUNT} messages there and back (${kind}), ${title}`, async (t) => {
      const port = await freePort(kind)
      const server = run(t, PROGRAM, { name: there.name, kind, address, port })
      await server.report('ready')
      const client = run(t, PROGRAM, {
        name: here.name,
        kind,
        address,
        port: await freePort(kind),
        to: { address, port },
        count: COUNT,
        generations: [here.generation, there.generation]
      })
      await client.report('ready')
      await client.tell('ask')
      await client.report('done')
      t.deepEqual(client.all('wrong'), [])
      // The broadcast of 9.2.1 reaches nobody.
      for (const [from, to, { name }] of [
        [server, client, there],
        [client, server, here]
      ]) {
        if (name === 'node-ipc-9') continue
        await from.tell('broadcast', { to: 'all' })
        t.deepEqual(await to.report('broadcast'), [{ to: 'all' }])
      }
      for (const program of [client, server]) {
        await program.tell('close')
        t.true((await program.success()).every(([type]) => type !== 'error'))
      }
    })
  })
}
