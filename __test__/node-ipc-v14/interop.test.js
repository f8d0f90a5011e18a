'use strict'

// NI-59 for 14.x: the programs of ../interop, with this line at one end or both.

const path = require('node:path')
const test = require('ava')
const { eachTransport } = require('../common/places')
const { supported } = require('../common/peers')
const { run } = require('../common/processes')
const { messages } = require('../interop/messages')

const SERVER = path.join(__dirname, '..', 'interop', 'programs', 'server.js')
const CLIENT = path.join(__dirname, '..', 'interop', 'programs', 'client.js')
const COUNT = 10000
const LAST_ID = messages(COUNT).findLast(([, data]) => data?.id)[1].id

// The generation decides what becomes of empty data, and of data.id.
const LIBRARIES = {
  'this 14': ['subject-14', 14],
  'this 9': ['subject', 9],
  'node-ipc 9.2.1': ['node-ipc-9', 9],
  'node-ipc 14.0.0': ['node-ipc-14', 14]
}
const PEERS = ['node-ipc-9', 'node-ipc-14'].filter(supported)
const PAIRS = [
  ['this 14', 'node-ipc 14.0.0'],
  ['node-ipc 14.0.0', 'this 14'],
  ['this 14', 'node-ipc 9.2.1'],
  ['node-ipc 9.2.1', 'this 14'],
  ['this 14', 'this 9'],
  ['this 9', 'this 14'],
  ['this 14', 'this 14']
].filter((pair) => pair.every((which) => ['subject', 'subject-14', ...PEERS].includes(LIBRARIES[which][0])))

for (const [here, there] of PAIRS) {
  const [clientName, clientGeneration] = LIBRARIES[here]
  const [serverName, serverGeneration] = LIBRARIES[there]
  const generations = [clientGeneration, serverGeneration]

  eachTransport(
    test.serial,
    `NI-59: ${COUNT} mixed messages, client ${here}, server ${there}`,
    async (t, address) => {
      const server = run(t, SERVER, { name: serverName, address })
      await server.report('ready')
      const client = run(t, CLIENT, { name: clientName, address, count: COUNT, generations })
      await client.report('connect')
      await client.report('done', 60000)
      t.deepEqual(client.all('wrong'), [])
      await server.tell('broadcast', 'broadcast', { to: 'all' })
      t.deepEqual(await client.report('broadcast'), [{ to: 'all' }])
      await client.tell('disconnect')
      const reports = await client.success()
      t.true(reports.every(([type]) => type !== 'error'))
      t.deepEqual(await server.report('socket.disconnected'), [serverGeneration === 9 ? LAST_ID : false])
      await server.tell('close')
      t.deepEqual(
        (await server.success()).map(([type]) => type),
        ['ready', 'connect', 'socket.disconnected']
      )
    }
  )

  eachTransport(
    test.serial,
    `NI-59: kill and restart of the server, client ${here}, server ${there}`,
    async (t, address) => {
      const server = run(t, SERVER, { name: serverName, address })
      await server.report('ready')
      const client = run(t, CLIENT, { name: clientName, address, count: 10, generations })
      await client.report('done')
      await server.kill()
      await client.report('disconnect')
      const again = run(t, SERVER, { name: serverName, address })
      await client.seen('connect', 2)
      await again.report('connect')
      await again.tell('broadcast', 'broadcast', 1)
      t.deepEqual(await client.report('broadcast'), [1])
    }
  )
}
