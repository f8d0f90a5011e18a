'use strict'

const path = require('node:path')
const test = require('ava')
const { file } = require('../common/certificates')
const { local, tcp } = require('../common/places')
const { run } = require('../common/processes')
const { eachPair } = require('./pairs')

const PROGRAM = path.join(__dirname, 'programs', 'raw.js')
const TLS = {
  server: { private: file('server.key'), public: file('server.pem') },
  client: { trustedConnections: [file('ca.pem')] }
}
const TRANSPORTS = {
  local: [local, {}],
  TCP: [tcp, {}],
  TLS: [tcp, TLS]
}

// 9.2.1 decodes what it receives: only as hex do all bytes survive that.
const CONTENTS = { 'all bytes': { encoding: 'hex' }, 'UTF-8': { encoding: 'utf8' } }

for (const [transport, [place, tls]] of Object.entries(TRANSPORTS)) {
  for (const [content, config] of Object.entries(CONTENTS)) {
    eachPair((title, here, there) => {
      test.serial(`NI-36, NI-59: raw mode, ${content} (${transport}), ${title}`, async (t) => {
        const address = await place(t)
        const text = content === 'UTF-8'
        const end = (name, role) =>
          run(t, PROGRAM, { name, role, address, text, config: { ...config, tls: tls[role] ?? false } })
        const server = end(there.name, 'server')
        await server.report('ready')
        const client = end(here.name, 'client')
        t.deepEqual(await client.report('echoed'), [true])
        await server.tell('broadcast', '68656c6c6f')
        t.deepEqual(await client.report('more'), ['68656c6c6f'])
        await client.tell('disconnect')
        t.true((await client.success()).every(([type]) => type !== 'error'))
        await server.tell('close')
        t.true((await server.success()).every(([type]) => type !== 'error'))
      })
    })
  }
}
