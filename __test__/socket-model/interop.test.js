'use strict'

const fs = require('node:fs')
const path = require('node:path')
const test = require('ava')
const { silent, wrapped } = require('./support')
const { between, pieces, CUTS } = require('../common/between')
const { local } = require('../common/places')
const { entry } = require('../common/peers')
const { dial, listen } = require('../common/raw')
const { run } = require('../common/processes')

const SERVER = path.join(__dirname, 'programs', 'server.js')
const CLIENT = path.join(__dirname, 'programs', 'client.js')
const EXCHANGE = path.join(__dirname, 'programs', 'exchange.js')

const [OURS, THEIRS] = ['subject', 'socket-model']
const TITLES = { [OURS]: 'the drop-in', [THEIRS]: 'socket-model 0.91.29' }
const PAIRS = [
  [OURS, THEIRS],
  [THEIRS, OURS],
  [OURS, OURS]
]

for (const [here, there] of PAIRS) {
  const pair = `client ${TITLES[here]}, server ${TITLES[there]}`

  /** The server, and a client that has exchanged `count` messages with it. */
  const exchange = async (t, address, count, cut) => {
    const server = run(t, SERVER, { name: there, address, echo: true })
    await server.report('ready')
    const to = cut ? await between(t, address, cut) : address
    const client = run(t, EXCHANGE, { name: here, address: to, count })
    await client.report('done')
    t.deepEqual(client.all('wrong'), [])
    return { server, client }
  }

  test.serial(`SM-28: 10000 mixed messages, ${pair}`, async (t) => {
    const { server, client } = await exchange(t, await local(t), 10000)
    t.is(client.count('greetings'), 1)
    await server.tell('broadcast', { to: 'all' })
    t.deepEqual(await client.report('message'), [{ to: 'all' }])
    await client.tell('stop')
    await server.report('close')
    t.is(server.count('client'), 1)
    t.is(server.count('log.error'), 0)
    await client.kill()
  })

  for (const [chunking, cut] of Object.entries({ ...CUTS, 'in pieces of 4096 bytes': pieces(4096) })) {
    const count = { 'byte by byte': 30, 'in pieces of 7 bytes': 300 }[chunking] ?? 500
    test.serial(`SM-28: ${chunking}, ${pair}`, async (t) => {
      await exchange(t, await local(t), count, cut)
    })
  }

  test.serial(`SM-28: connect message, welcome message and last message, ${pair}`, async (t) => {
    const address = await local(t)
    const server = run(t, SERVER, { name: there, address, settings: { sendConnectMessage: true } })
    await server.report('ready')
    const client = run(t, CLIENT, { name: here, address, settings: { sendWelcomeMessage: true } })
    const [{ clients, yourid }] = await client.report('message')
    t.deepEqual(clients, [yourid])
    t.true(Number.isInteger(yourid))
    await server.report('message')
    await client.tell('send', 'one', 'two')
    await client.tell('stop', 'bye')
    await server.report('close')
    await server.seen('message', 4)
    t.deepEqual(server.all('message'), [['greetings'], ['one'], ['two'], ['bye']])
    await client.report('end')
    await client.kill()
  })

  test.serial(`SM-28: many clients, ${pair}`, async (t) => {
    const address = await local(t)
    const server = run(t, SERVER, { name: there, address })
    await server.report('ready')
    const clients = []
    for (let n = 0; n < 4; n++) clients.push(run(t, CLIENT, { name: here, address }))
    await server.seen('client', 4)
    await server.tell('broadcast', ...Array.from({ length: 50 }, (_, n) => ({ n })))
    for (const client of clients) {
      await client.seen('message', 50)
      t.deepEqual(
        client.all('message').map(([{ n }]) => n),
        Array.from({ length: 50 }, (_, n) => n)
      )
    }
  })

  test.serial(`SM-28: kill of the client, ${pair}`, async (t) => {
    const address = await local(t)
    const { server, client } = await exchange(t, address, 10)
    await client.kill()
    await server.report('close')
    const again = run(t, EXCHANGE, { name: here, address, count: 10 })
    await again.report('done')
    t.deepEqual(again.all('wrong'), [])
  })

  test.serial(`SM-28: kill and restart of the server, ${pair}`, async (t) => {
    const address = await local(t)
    const server = run(t, SERVER, { name: there, address })
    await server.report('ready')
    const client = run(t, CLIENT, { name: here, address })
    await client.report('connect')
    await server.report('client')
    // The original never comes back if it meets the listener of a process that is just being killed.
    if (here === THEIRS) fs.rmSync(address.path)
    await server.kill()
    await client.report('end')
    const again = run(t, SERVER, { name: there, address })
    await again.report('ready')
    // After 5 s, if the client is the original.
    await again.report('client')
    await client.seen('connect', 2)
    await client.tell('send', 'again')
    t.deepEqual(await again.report('message'), ['again'])
    if (here === THEIRS) return // It has lost its handlers.
    await again.tell('broadcast', 'back')
    t.deepEqual(await client.report('message'), ['back'])
  })

  for (const reset of [false, true]) {
    test.serial(`SM-28: the server ${reset ? 'resets' : 'destroys'} the connection, ${pair}`, async (t) => {
      const address = await local(t)
      const server = run(t, SERVER, { name: there, address })
      await server.report('ready')
      const client = run(t, CLIENT, { name: here, address })
      await client.report('connect')
      await server.report('client')
      if (reset) {
        await server.tell('pause')
        // More than a server that has paused takes nevertheless.
        await client.tell('send', ...Array(40).fill('never read'.repeat(6000)))
      }
      await server.tell('destroy')
      await server.report('close')
      // Where another thread reads and writes, the end of the stream comes before the reset.
      await client.until((log) => log.count('error') + log.count('end') > 0, 'an error or the end')
      t.regex(String(client.all('error')), reset ? /^(read ECONNRESET|write EPIPE|)$/ : /^$/)
      // The original gives up where the connection was reset.
      if (here === THEIRS && client.count('end') === 0) return
      await client.seen('connect', 2)
      await server.seen('client', 2)
      await client.tell('send', 'again')
      t.deepEqual(await server.report('message'), ['again'])
    })
  }

  test.serial(`SM-28: the server ends the connection, the client comes back, ${pair}`, async (t) => {
    const address = await local(t)
    const server = run(t, SERVER, { name: there, address })
    await server.report('ready')
    const client = run(t, CLIENT, { name: here, address })
    await client.report('connect')
    await server.report('client')
    await server.tell('end')
    await client.report('end')
    await server.seen('client', 2)
    await client.seen('connect', 2)
    await client.tell('send', 'again')
    t.deepEqual(await server.report('message'), ['again'])
  })
}

test.serial(
  'SM-28: the drop-in server stops, the original client waits and comes back (ruling 1)',
  async (t) => {
    const address = await local(t)
    const server = run(t, SERVER, { address })
    await server.report('ready')
    const client = run(t, CLIENT, { name: THEIRS, address })
    await client.report('connect')
    await server.report('client')
    await server.tell('restart', 300)
    await client.report('end')
    await server.seen('client', 2)
    await client.tell('send', 'again')
    t.deepEqual(await server.report('message'), ['again'])
  }
)

// Both implementations are read by the same raw peers: what they write differs in nothing but ids and times.

const bare = (bytes) =>
  bytes
    .toString()
    .replace(/"mid":"[0-9a-f-]{36}"/g, '"mid":"…"')
    .replace(/"ts":\d{13}/g, '"ts":0')
    .replace(/\{"clients":\[-?\d+\],"yourid":-?\d+\}/g, 'ids')

const MESSAGES = ['é\u2028\ufeff', { b: 1, a: [undefined, NaN, new Date(0)] }, 1e21, true, ['\ud800']]

/** Everything a client of `library` writes. */
async function clientBytes(t, library) {
  const address = await local(t)
  const server = await listen(t, address)
  const client = library.createClient({ socketFile: address.path, log: silent, sendWelcomeMessage: true })
  client.start()
  for (const message of MESSAGES) client.send(message)
  const peer = await server.accepted()
  await peer.frames(MESSAGES.length + 1, '\n')
  client.stop({ bye: 1 })
  await peer.close()
  return bare(peer.received)
}

/** Everything a server of `library` writes. */
async function serverBytes(t, library) {
  const address = await local(t)
  const server = library.createServer({ socketFile: address.path, log: silent, sendConnectMessage: true })
  t.teardown(() => {
    try {
      server.stop()
    } catch {
      // The original's way to stop.
    }
    for (const socket of [...server.getClients()]) socket.destroy()
  })
  server.onMessage(({ message }) => {
    for (const each of MESSAGES) {
      server.broadcast(each)
      server.getWriter().send(each, server.getClients()[0])
    }
    server.broadcast(message)
  })
  server.start()
  const peer = await dial(t, address)
  await peer.write(wrapped('last'))
  await peer.frames(2 * MESSAGES.length + 2, '\n')
  return bare(peer.received)
}

for (const [what, bytes] of Object.entries({ clientBytes, serverBytes })) {
  test.serial(`SM-28: both write the same, ${what}`, async (t) => {
    const ours = await bytes(t, require('./support').root)
    t.is(ours, await bytes(t, require(entry('socket-model'))))
  })
}
