'use strict'

const path = require('node:path')
const test = require('ava')
const { file } = require('../common/certificates')
const { supported } = require('../common/peers')
const { tcp } = require('../common/places')
const { run } = require('../common/processes')

const SERVER = path.join(__dirname, 'programs', 'server.js')
const CLIENT = path.join(__dirname, 'programs', 'client.js')
const COUNT = 2000

const LIBRARIES = {
  'the drop-in': ['subject', 9],
  'node-ipc 9.2.1': ['node-ipc-9', 9],
  'node-ipc 14.0.0': ['node-ipc-14', 14]
}
const PEERS = ['node-ipc-9', 'node-ipc-14'].filter(supported)
const PAIRS = [
  ['the drop-in', 'node-ipc 9.2.1'],
  ['node-ipc 9.2.1', 'the drop-in'],
  ['the drop-in', 'node-ipc 14.0.0'],
  ['node-ipc 14.0.0', 'the drop-in'],
  ['the drop-in', 'the drop-in']
].filter((pair) => pair.every((which) => ['subject', ...PEERS].includes(LIBRARIES[which][0])))

const OWN = { private: file('server.key'), public: file('server.pem') }
const TRUSTING = { trustedConnections: [file('ca.pem')] }
const NAMED = { private: file('client.key'), public: file('client.pem') }

// Without and with certificates of the clients.
const SETUPS = {
  'a certificate of the server': [OWN, TRUSTING],
  'certificates of both': [
    { ...OWN, ...TRUSTING, requestCert: true, rejectUnauthorized: true },
    { ...TRUSTING, ...NAMED }
  ]
}

for (const [here, there] of PAIRS) {
  const [clientName, clientGeneration] = LIBRARIES[here]
  const [serverName, serverGeneration] = LIBRARIES[there]
  const generations = [clientGeneration, serverGeneration]

  for (const version of ['TLSv1.2', 'TLSv1.3']) {
    for (const [setup, [serverTls, clientTls]] of Object.entries(SETUPS)) {
      test.serial(
        `NI-55: ${COUNT} messages by ${version} with ${setup}, client ${here}, server ${there}`,
        async (t) => {
          const address = await tcp()
          const versions = { minVersion: version, maxVersion: version }
          const server = run(t, SERVER, {
            name: serverName,
            address,
            config: { tls: { ...serverTls, ...versions } }
          })
          await server.report('ready')
          const client = run(t, CLIENT, {
            name: clientName,
            address,
            count: COUNT,
            generations,
            config: { tls: { ...clientTls, ...versions } }
          })
          await client.report('done', 60000)
          t.deepEqual(client.all('wrong'), [])
          await server.tell('broadcast', 'broadcast', { to: 'all' })
          t.deepEqual(await client.report('broadcast'), [{ to: 'all' }])
          await client.tell('disconnect')
          const reports = await client.success()
          t.true(reports.every(([type]) => type !== 'error'))
          await server.report('socket.disconnected')
          await server.tell('close')
          t.true((await server.success()).every(([type]) => type !== 'error'))
        }
      )
    }
  }

  test.serial(`NI-55: a stranger is refused, client ${here}, server ${there}`, async (t) => {
    const address = await tcp()
    const own = { private: file('server.key'), public: file('stranger.pem') }
    const server = run(t, SERVER, { name: serverName, address, config: { tls: own } })
    await server.report('ready')
    const config = { tls: TRUSTING, maxRetries: 1 }
    const client = run(t, CLIENT, { name: clientName, address, count: 0, config })
    await client.seen('disconnect', 2)
    const attempt = clientGeneration === 9 ? ['connect', 'error', 'disconnect'] : ['error', 'disconnect']
    t.deepEqual(client.types.slice(0, attempt.length * 2), [...attempt, ...attempt])
  })
}
