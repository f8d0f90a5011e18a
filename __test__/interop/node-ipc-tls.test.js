'use strict'

const path = require('node:path')
const test = require('ava')
const { file } = require('../common/certificates')
const { tcp } = require('../common/places')
const { run } = require('../common/processes')
const { eachPair, PAIRS, WITH_ITSELF } = require('./pairs')

const SERVER = path.join(__dirname, 'programs', 'server.js')
const CLIENT = path.join(__dirname, 'programs', 'client.js')
const COUNT = 2000

const VERSIONS = ['TLSv1.2', 'TLSv1.3']

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

/** What has been shown, by pair: versions and setups. */
const shown = new Map()

function conversation(title, here, there, version, setup) {
  const [serverTls, clientTls] = SETUPS[setup]
  const versions = { minVersion: version, maxVersion: version }
  test.serial(`NI-55: ${COUNT} messages by ${version} with ${setup}, ${title}`, async (t) => {
    const address = await tcp()
    const server = run(t, SERVER, {
      name: there.name,
      address,
      config: { tls: { ...serverTls, ...versions } }
    })
    await server.report('ready')
    const client = run(t, CLIENT, {
      name: here.name,
      address,
      count: COUNT,
      generations: [here.generation, there.generation],
      config: { tls: { ...clientTls, ...versions } }
    })
    await client.report('done')
    t.deepEqual(client.all('wrong'), [])
    await server.tell('broadcast', 'broadcast', { to: 'all' })
    t.deepEqual(await client.report('broadcast'), [{ to: 'all' }])
    await client.tell('disconnect')
    const reports = await client.success()
    t.true(reports.every(([type]) => type !== 'error'))
    await server.report('socket.disconnected')
    await server.tell('close')
    t.true((await server.success()).every(([type]) => type !== 'error'))
    shown.set(title, [...(shown.get(title) ?? []), `${version} with ${setup}`])
  })
}

eachPair(
  (title, here, there) => {
    for (const version of VERSIONS)
      for (const setup of Object.keys(SETUPS)) conversation(title, here, there, version, setup)

    test.serial(`NI-55: a stranger is refused, ${title}`, async (t) => {
      const address = await tcp()
      const own = { private: file('server.key'), public: file('stranger.pem') }
      const server = run(t, SERVER, { name: there.name, address, config: { tls: own } })
      await server.report('ready')
      const config = { tls: TRUSTING, maxRetries: 1 }
      const client = run(t, CLIENT, { name: here.name, address, count: 0, config })
      await client.seen('disconnect', 2)
      const attempt = here.generation === 9 ? ['connect', 'error', 'disconnect'] : ['error', 'disconnect']
      t.deepEqual(client.types.slice(0, attempt.length * 2), [...attempt, ...attempt])
    })
  },
  [...PAIRS, ...WITH_ITSELF]
)

test.serial(
  'NI-55: the matrix is whole: every pair by both versions, with and without client certificates',
  (t) => {
    const whole = VERSIONS.flatMap((version) =>
      Object.keys(SETUPS).map((setup) => `${version} with ${setup}`)
    )
    t.is(shown.size, PAIRS.length + WITH_ITSELF.length)
    for (const [title, combinations] of shown) {
      t.deepEqual(combinations, whole, title)
      t.log(`${title}: ${combinations.join(', ')}`)
    }
  }
)
