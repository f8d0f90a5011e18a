'use strict'

const path = require('node:path')
const test = require('ava')
const { eachTransport } = require('../common/places')
const { run } = require('../common/processes')
const { messages } = require('./messages')
const { eachPair, BETWEEN_OURS, PAIRS, WITH_ITSELF } = require('./pairs')

const SERVER = path.join(__dirname, 'programs', 'server.js')
const CLIENT = path.join(__dirname, 'programs', 'client.js')
const COUNT = 10000
const LAST_ID = messages(COUNT).findLast(([, data]) => data?.id)[1].id

const ALL = [...PAIRS, ...BETWEEN_OURS, ...WITH_ITSELF]

eachPair((title, here, there) => {
  const generations = [here.generation, there.generation]

  eachTransport(test.serial, `NI-59: ${COUNT} mixed messages, ${title}`, async (t, address) => {
    const server = run(t, SERVER, { name: there.name, address })
    await server.report('ready')
    const client = run(t, CLIENT, { name: here.name, address, count: COUNT, generations })
    await client.report('connect')
    await client.report('done')
    t.deepEqual(client.all('wrong'), [])
    await server.tell('broadcast', 'broadcast', { to: 'all' })
    t.deepEqual(await client.report('broadcast'), [{ to: 'all' }])
    await client.tell('disconnect')
    const reports = await client.success()
    t.true(reports.every(([type]) => type !== 'error'))
    t.deepEqual(await server.report('socket.disconnected'), [there.generation === 9 ? LAST_ID : false])
    await server.tell('close')
    t.deepEqual(
      (await server.success()).map(([type]) => type),
      ['ready', 'connect', 'socket.disconnected']
    )
  })

  eachTransport(test.serial, `NI-59: kill of the client, ${title}`, async (t, address) => {
    const server = run(t, SERVER, { name: there.name, address })
    await server.report('ready')
    const client = run(t, CLIENT, { name: here.name, address, count: 0 })
    await client.report('connect')
    await server.report('connect')
    await client.kill()
    t.deepEqual(await server.report('socket.disconnected'), [false])
    const again = run(t, CLIENT, { name: here.name, address, count: 10, generations })
    await again.report('done')
    t.deepEqual(again.all('wrong'), [])
  })

  eachTransport(test.serial, `NI-59: kill and restart of the server, ${title}`, async (t, address) => {
    const server = run(t, SERVER, { name: there.name, address })
    await server.report('ready')
    const client = run(t, CLIENT, { name: here.name, address, count: 10, generations })
    await client.report('done')
    await server.kill()
    await client.report('disconnect')
    const again = run(t, SERVER, { name: there.name, address })
    await client.seen('connect', 2)
    await again.report('connect')
    await again.tell('broadcast', 'broadcast', 1)
    t.deepEqual(await client.report('broadcast'), [1])
  })
}, ALL)
