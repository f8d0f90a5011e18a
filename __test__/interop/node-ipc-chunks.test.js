'use strict'

// In whatever pieces the bytes arrive, and however a connection ends.

const path = require('node:path')
const test = require('ava')
const { file } = require('../common/certificates')
const { local, tcp } = require('../common/places')
const { run } = require('../common/processes')
const { between, CHUNKINGS } = require('./between')
const { eachPair } = require('./pairs')

const SERVER = path.join(__dirname, 'programs', 'server.js')
const CLIENT = path.join(__dirname, 'programs', 'client.js')
const COUNT = 200
const TLS = {
  server: { tls: { private: file('server.key'), public: file('server.pem') } },
  client: { tls: { trustedConnections: [file('ca.pem')] } }
}
const TRANSPORTS = { local: [local, {}], TCP: [tcp, {}], TLS: [tcp, TLS] }

/** A server, a client, and who is between them. */
async function ends(t, [place, config], here, there, { count, chunking = 'many per chunk' }) {
  const target = await place(t)
  const server = run(t, SERVER, { name: there.name, address: target, config: config.server })
  await server.report('ready')
  const line = await between(t, target, chunking)
  const client = run(t, CLIENT, {
    name: here.name,
    address: line.address,
    count,
    generations: [here.generation, there.generation],
    config: config.client
  })
  return { server, client, line }
}

for (const [transport, how] of Object.entries(TRANSPORTS)) {
  eachPair((title, here, there) => {
    for (const chunking of Object.keys(CHUNKINGS)) {
      test.serial(`NI-15, NI-59: ${COUNT} messages ${chunking} (${transport}), ${title}`, async (t) => {
        const { server, client } = await ends(t, how, here, there, { count: COUNT, chunking })
        await client.report('done')
        t.deepEqual(client.all('wrong'), [])
        await client.tell('disconnect')
        t.true((await client.success()).every(([type]) => type !== 'error'))
        await server.report('socket.disconnected')
        t.is(server.count('error'), 0)
      })
    }

    test.serial(`NI-25, NI-29, NI-59: every kind of end (${transport}), ${title}`, async (t) => {
      const { server, client, line } = await ends(t, how, here, there, { count: 10 })
      await client.report('done')
      let closed = 0
      const ended = async (what) => {
        closed++
        await client.seen('disconnect', closed)
        await server.seen('socket.disconnected', closed)
        await client.seen('connect', closed + 1)
        await server.seen('connect', closed + 1)
        t.is(server.count('socket.disconnected'), closed, what)
      }
      for (const side of [client, server]) {
        for (const end of ['end', 'destroy']) {
          await side.tell(end)
          await ended(`${end} of the ${side === client ? 'client' : 'server'}`)
        }
      }
      t.deepEqual([client.count('error'), server.count('error')], [0, 0])
      if (transport !== 'local') {
        line.reset()
        await ended('reset')
        for (const { events } of [client, server]) {
          for (const [type, message] of events) if (type === 'error') t.regex(message, /ECONNRESET|EPIPE/)
        }
      }
      // They still understand each other.
      await server.tell('broadcast', 'broadcast', 'after all')
      t.deepEqual(await client.report('broadcast'), ['after all'])
    })
  })
}
