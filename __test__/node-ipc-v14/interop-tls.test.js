'use strict'

// NI-55 and NI-59 between this line and the originals: TLS with certificates on both sides, guarded.

const path = require('node:path')
const test = require('ava')
const { file } = require('../common/certificates')
const { supported } = require('../common/peers')
const { tcp } = require('../common/places')
const { run } = require('../common/processes')

const SERVER = path.join(__dirname, '..', 'interop', 'programs', 'server.js')
const CLIENT = path.join(__dirname, '..', 'interop', 'programs', 'client.js')
const COUNT = 2000
const TRUSTING = { trustedConnections: file('ca.pem'), rejectUnauthorized: true }
const TLS = {
  server: { ...TRUSTING, private: file('server.key'), public: file('server.pem'), requestCert: true },
  client: { ...TRUSTING, private: file('client.key'), public: file('client.pem') }
}
const LIMITS = { parser: 'guarded', maxMessageSize: 1 << 22, maxPendingBytes: 1 << 26 }
const NAMES = ['subject-14', ...['node-ipc-14', 'node-ipc-9'].filter(supported)]
const PAIRS = NAMES.flatMap((there) => [
  ['subject-14', there],
  [there, 'subject-14']
]).slice(1)
const generation = (name) => (name.endsWith('14') ? 14 : 9)

for (const maxVersion of ['TLSv1.2', 'TLSv1.3']) {
  for (const [here, there] of PAIRS) {
    test.serial(`NI-55, NI-59: client ${here}, server ${there}, ${maxVersion}`, async (t) => {
      const address = await tcp()
      const config = (end) => ({ ...LIMITS, tls: { ...TLS[end], maxVersion } })
      const server = run(t, SERVER, { name: there, address, config: config('server') })
      await server.report('ready')
      const client = run(t, CLIENT, {
        name: here,
        address,
        count: COUNT,
        generations: [generation(here), generation(there)],
        config: config('client')
      })
      await client.report('done')
      t.deepEqual(client.all('wrong'), [])
      t.deepEqual(client.all('error'), [])
      await client.tell('disconnect')
      await client.success()
      await server.report('socket.disconnected')
    })
  }
}
