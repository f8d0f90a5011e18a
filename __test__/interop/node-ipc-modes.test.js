'use strict'

// Sync mode, and what is broadcast to several.

const path = require('node:path')
const test = require('ava')
const { file } = require('../common/certificates')
const { local, tcp } = require('../common/places')
const { run } = require('../common/processes')
const { emitted } = require('./messages')
const { eachPair } = require('./pairs')

const SERVER = path.join(__dirname, 'programs', 'server.js')
const CLIENT = path.join(__dirname, 'programs', 'client.js')
const TLS = {
  server: { tls: { private: file('server.key'), public: file('server.pem') } },
  client: { tls: { trustedConnections: [file('ca.pem')] } }
}
const TRANSPORTS = { local: [local, {}], TCP: [tcp, {}], TLS: [tcp, TLS] }
const LISTENERS = 3
const BROADCASTS = [
  'plain',
  'é€😀\f',
  '',
  0,
  false,
  null,
  1.5,
  [null, [], {}],
  { a: { b: 'c' } },
  'x'.repeat(65535),
  'x'.repeat(65536),
  'x'.repeat(65537)
]

for (const [transport, [place, config]] of Object.entries(TRANSPORTS)) {
  eachPair((title, here, there) => {
    test.serial(`NI-38, NI-59: sync mode (${transport}), ${title}`, async (t) => {
      const address = await place(t)
      const server = run(t, SERVER, { name: there.name, address, config: config.server })
      await server.report('ready')
      const client = run(t, CLIENT, {
        name: here.name,
        address,
        count: 500,
        generations: [here.generation, there.generation],
        config: { ...config.client, sync: true }
      })
      await client.report('done')
      t.deepEqual(client.all('wrong'), [])
      await client.tell('disconnect')
      t.true((await client.success()).every(([type]) => type !== 'error'))
    })

    test.serial(`NI-35, NI-59: broadcasts to ${LISTENERS} (${transport}), ${title}`, async (t) => {
      const address = await place(t)
      const server = run(t, SERVER, { name: there.name, address, config: config.server })
      await server.report('ready')
      const clients = Array.from({ length: LISTENERS }, () =>
        run(t, CLIENT, { name: here.name, address, count: 0, config: config.client })
      )
      await server.seen('connect', LISTENERS)
      for (const client of clients) await client.report('connect')
      for (const data of BROADCASTS) await server.tell('broadcast', 'broadcast', data)
      for (const client of clients) {
        await client.seen('broadcast', BROADCASTS.length)
        t.deepEqual(
          client.all('broadcast').map(([data]) => data),
          BROADCASTS.map((data) => emitted(data, there.generation))
        )
      }
    })
  })
}
