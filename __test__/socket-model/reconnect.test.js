'use strict'

const fs = require('node:fs')
const test = require('ava')
const {
  connected,
  leaveUnread,
  makeClient,
  makeServer,
  pair,
  payloads,
  receive,
  recorded,
  socketOf,
  start,
  text,
  watch,
  wrapped
} = require('./support')
const { next, Recorder } = require('../common/events')
const { interval, patiently } = require('../common/deadline')
const { local } = require('../common/places')
const { dial, listen } = require('../common/raw')

/** Longer than a connection has to live to be established again at once. */
const SETTLED = 1100

test('SM-16: a connection that the server ended is established again at once', async (t) => {
  const server = await listen(t, await local(t))
  const { log } = await connected(t, { path: server.server.address() }, { retryInterval: 3600000 })
  await interval(SETTLED)
  ;(await server.accepted()).socket.end()
  await log.seen('connect', 2)
  t.deepEqual(log.types, ['connect', 'end', 'connect'])
  await server.accepted(2)
})

test('SM-16: after a reconnect the handlers are still there (ruling 3)', async (t) => {
  const server = await listen(t, await local(t))
  const { client, log } = await connected(t, { path: server.server.address() })
  const heard = receive(client)
  const listeners = client.getReader().listenerCount('message')
  ;(await server.accepted()).socket.end(wrapped('first'))
  await log.seen('connect', 2)
  await (await server.accepted(2)).write(wrapped('second'))
  await heard.seen('message', 2)
  t.deepEqual(payloads(heard), ['first', 'second'])
  t.is(client.getReader().listenerCount('message'), listeners)
})

test('SM-16: greetings are sent again', async (t) => {
  const address = await local(t)
  const server = start(t, address)
  const heard = receive(server)
  const clients = new Recorder(server, ['client'])
  await connected(t, address, { sendWelcomeMessage: true })
  await clients.seen('client')
  clients.all('client')[0][0].end()
  await heard.seen('message', 2)
  t.deepEqual(payloads(heard), ['greetings', 'greetings'])
})

test('SM-16: messages go to the new connection', async (t) => {
  const server = await listen(t, await local(t))
  const { client, log } = await connected(t, { path: server.server.address() })
  ;(await server.accepted()).socket.end()
  await log.seen('connect', 2)
  const wrapper = client.send('m')
  const peer = await server.accepted(2)
  t.deepEqual(JSON.parse((await peer.frames(1, '\n'))[0]), wrapper)
})

test('SM-16: what was sent before the server ended the connection still leaves (addition)', async (t) => {
  const server = await listen(t, await local(t))
  const { client, log } = await connected(t, { path: server.server.address() }, { reconnect: false })
  const peer = await server.accepted()
  // More than the operating system takes at once.
  const big = 'x'.repeat(1 << 20)
  client.onMessage(() => {
    for (let n = 1; n <= 4; n++) client.send([n, big])
  })
  server.server.removeAllListeners('connection')
  peer.socket.allowHalfOpen = true
  peer.socket.pause()
  peer.socket.end(wrapped('go'))
  await log.seen('end')
  peer.socket.resume()
  const lines = await peer.frames(4, '\n')
  t.deepEqual(
    lines.map((line) => JSON.parse(line).message),
    [1, 2, 3, 4].map((n) => [n, big])
  )
})

for (const lived of [0, SETTLED]) {
  test(`SM-16: a connection that was reset is established again, after ${lived} ms (ruling 4)`, async (t) => {
    const server = await listen(t, await local(t))
    const { client, log } = await connected(
      t,
      { path: server.server.address() },
      { retryInterval: lived ? 3600000 : 50 }
    )
    const peer = await server.accepted()
    await interval(lived)
    await leaveUnread(socketOf(client), peer)
    peer.socket.destroy()
    await log.seen('connect', 2)
    t.deepEqual(log.types, ['connect', 'error', 'connect'])
    t.is(log.all('error')[0][0].code, 'ECONNRESET')
  })
}

test('SM-16: a client survives the kill and the restart of its server', async (t) => {
  const address = await local(t)
  const first = await listen(t, address)
  const { said, log: lines } = recorded()
  const { client, log } = await connected(t, address, { log: lines })
  const peer = await first.accepted()
  first.server.close()
  fs.writeFileSync(address.path, '')
  peer.socket.destroy()
  await log.seen('end')
  // A file that nobody listens at: attempts are made and fail.
  await log.seen('error')
  t.is(client.send('lost'), undefined)
  fs.rmSync(address.path)
  const again = await listen(t, address)
  await log.seen('connect', 2)
  client.send('there')
  t.is(JSON.parse((await (await again.accepted()).frames(1, '\n'))[0]).message, 'there')
  t.true(said.all('error').map(text).includes(`error handler: connect ECONNREFUSED ${address.path}`))
})

test('SM-17: a client waits for its server without an error', async (t) => {
  const address = await local(t)
  const { said, log: lines } = recorded()
  const client = makeClient(t, address, { log: lines })
  const log = watch(client)
  t.is(client.start(), undefined)
  await interval(300)
  const server = makeServer(t, address)
  const heard = receive(server)
  server.start()
  // 5 s in the original.
  t.true((await patiently(log.seen('connect'))) < 6000)
  client.send('m')
  await heard.seen('message')
  t.deepEqual(log.types, ['connect'])
  t.is(said.count('error') + said.count('warn'), 0)
})

test('SM-17: by default the next attempt is made after 5 s', async (t) => {
  const address = await local(t)
  const client = makeClient(t, address, { retryInterval: undefined })
  const log = watch(client)
  client.start()
  const begun = Date.now()
  start(t, address)
  const counted = await patiently(log.seen('connect'))
  const waited = Date.now() - begun
  t.true(waited > 4500 && counted < 8000, `${waited} ms, ${counted} counted`)
})

test('SM-17: retryInterval is the time between attempts (addition)', async (t) => {
  const address = await local(t)
  fs.writeFileSync(address.path, '')
  const { said, log } = recorded()
  makeClient(t, address, { log, retryInterval: 100 }).start()
  const begun = Date.now()
  const counted = await patiently(said.seen('error', 6))
  const waited = Date.now() - begun
  t.true(waited >= 490 && counted < 3000, `${waited} ms, ${counted} counted`)
})

for (const odd of [0, -1, NaN, null, 'soon']) {
  test(`SM-17: a retryInterval of ${odd} is the default, not a busy loop (addition)`, async (t) => {
    const address = await local(t)
    fs.writeFileSync(address.path, '')
    const { said, log } = recorded()
    makeClient(t, address, { log, retryInterval: odd }).start()
    await said.seen('error')
    await interval(300)
    t.is(said.count('error'), 1)
  })
}

test('SM-17: starting twice makes one connection (ruling 14)', async (t) => {
  const server = await listen(t, await local(t))
  const client = makeClient(t, { path: server.server.address() })
  const log = watch(client)
  client.start()
  client.start()
  await log.seen('connect')
  client.start()
  await interval(200)
  t.is(server.peers.length, 1)
})

for (const retryInterval of [3600000, 300]) {
  test(`SM-17: starting while an attempt is waited for, ${retryInterval} ms, makes it at once (ruling 14)`, async (t) => {
    const address = await local(t)
    const client = makeClient(t, address, { retryInterval })
    const log = watch(client)
    client.start()
    const server = await listen(t, address)
    client.start()
    await log.seen('connect')
    await interval(500)
    t.is(server.peers.length, 1)
  })
}

for (const reconnect of [true, undefined]) {
  test(`SM-18: reconnect: ${reconnect} reconnects${reconnect ? ' (ruling 2)' : ''}`, async (t) => {
    const server = await listen(t, await local(t))
    const { log } = await connected(t, { path: server.server.address() }, { reconnect })
    ;(await server.accepted()).socket.end()
    await log.seen('connect', 2)
    t.pass()
  })
}

test('SM-18: reconnect: false does not', async (t) => {
  const server = await listen(t, await local(t))
  const { client, log } = await connected(t, { path: server.server.address() }, { reconnect: false })
  ;(await server.accepted()).socket.end()
  await log.seen('end')
  await interval(300)
  t.deepEqual(log.types, ['connect', 'end'])
  t.is(server.peers.length, 1)
  t.is(client.send('m'), undefined)
})

test('SM-18: nor after a reset', async (t) => {
  const server = await listen(t, await local(t))
  const { client, log } = await connected(t, { path: server.server.address() }, { reconnect: false })
  const peer = await server.accepted()
  await leaveUnread(socketOf(client), peer)
  peer.socket.destroy()
  await log.seen('error')
  await interval(300)
  t.is(server.peers.length, 1)
})

test('SM-18: reconnect: false makes attempts until there is a first connection', async (t) => {
  const address = await local(t)
  const client = makeClient(t, address, { reconnect: false })
  const log = watch(client)
  client.start()
  await listen(t, address)
  await log.seen('connect')
  t.pass()
})

test('SM-18: handlers can be replaced before start()', async (t) => {
  const server = await listen(t, await local(t))
  const client = makeClient(t, { path: server.server.address() })
  const log = new Recorder()
  const { connectHandler } = client
  client.connectHandler = () => {
    connectHandler()
    log.add('connect', client.send('m')?.message)
  }
  client.endHandler = () => log.add('end')
  client.start()
  const peer = await server.accepted()
  await log.seen('connect')
  peer.socket.end()
  await log.seen('end')
  await interval(200)
  // The handler that would reconnect is not there any more.
  t.deepEqual(log.events, [['connect', 'm'], ['end']])
  t.is(server.peers.length, 1)
})

/**
 * Between the first and the second connection there may be any time, and then `retryInterval` at least; but not after a connection whose
 * end this process was slow to notice: it has lived long enough to be established again at once.
 */
async function closesEach(t, close, options) {
  const retryInterval = 250
  const server = await listen(t, await local(t))
  const log = new Recorder()
  server.server.on('connection', (socket) => {
    log.add('connection', performance.now())
    socket[close]()
  })
  const client = makeClient(t, { path: server.server.address() }, { retryInterval, ...options })
  const { connectHandler } = client
  client.connectHandler = () => {
    log.add('connect', performance.now())
    connectHandler()
  }
  client.start()
  await log.seen('connection', 6)
  await log.seen('connect', 6)
  const gaps = (type) => {
    const times = log.all(type).map(([time]) => time)
    return times.slice(2).map((time, index) => time - times[index + 1])
  }
  const lived = gaps('connect')
  for (const [index, gap] of gaps('connection').slice(0, 4).entries()) {
    // Timers count in whole milliseconds.
    t.true(
      gap >= retryInterval - 2 || lived[index] >= 1000,
      `${gap} ms, as the client sees it ${lived[index]}`
    )
  }
}

test('SM-29: a server that closes each connection at once sees one per interval (ruling 18)', async (t) => {
  await closesEach(t, 'end')
})

test('SM-29: nor is a server that resets them seen more often (ruling 18)', async (t) => {
  await closesEach(t, 'destroy', { sendWelcomeMessage: true })
})

test('SM-16: the server side sees a client come back as a new one', async (t) => {
  const { server, log, socket } = await pair(t, await local(t))
  const accepted = next(server, 'client')
  socket.end()
  const [again] = await accepted
  await log.seen('connect', 2)
  t.not(again, socket)
  t.deepEqual(server.getClients(), [again])
})

test('SM-16: a client that has nobody to talk to any more does not disturb others', async (t) => {
  const address = await local(t)
  const { server, client, socket } = await pair(t, address, { reconnect: false })
  const accepted = next(server, 'client')
  const peer = await dial(t, address)
  await accepted
  socket.end()
  const heard = receive(server)
  await peer.write(wrapped('m'))
  await heard.seen('message')
  t.is(client.send('m'), undefined)
})
