'use strict'

// Closing is effective in every state, told once, and last.

const fs = require('node:fs')
const net = require('node:net')
const test = require('ava')
const {
  engine,
  protocol,
  receiver,
  serve,
  client,
  connected,
  closed,
  eachEnd,
  eachPlace,
  PLACES
} = require('./support')
const { next, Recorder } = require('../common/events')
const { interval, state } = require('../common/deadline')
const { dial, listen, settle } = require('../common/raw')

const TOLD = ['connect', 'ready', 'end', 'error', 'close']

/** A client that records both what its receiver is told and what it emits. */
function recorded(t, address, description = protocol()) {
  const log = receiver()
  const connection = client(t, address, description, log)
  log.follow(connection, TOLD, 'on')
  return { connection, log }
}

const never = { host: 'nowhere.invalid', port: 1, lookup() {} }

test('destroy while the host name is being resolved', async (t) => {
  const { connection, log } = recorded(t, never)
  t.is(connection.destroy(), connection)
  t.true(connection.destroyed)
  t.like(connection, { connecting: false, readyState: 'closed' })
  t.deepEqual(log.types, [])
  await closed(connection)
  t.deepEqual(log.types, ['closed', 'on.close'])
  t.deepEqual(log.all('closed'), [[false]])
})

test('destroy while it is resolved, and the answer comes nevertheless', async (t) => {
  let answer
  const { connection, log } = recorded(t, {
    host: 'a.name',
    port: 1,
    lookup: (host, options, done) => (answer = done)
  })
  connection.destroy(new Error('no longer'))
  answer(null, [{ address: '127.0.0.1', family: 4 }])
  await closed(connection)
  await settle()
  t.deepEqual(log.types, ['failed', 'on.error', 'closed', 'on.close'])
})

eachPlace(test, 'destroy in the turn of connect', async (t, address) => {
  const server = await listen(t, address)
  const { connection, log } = recorded(t, address)
  connection.send('1', () => log.add('callback'))
  connection.destroy()
  await closed(connection)
  await settle()
  t.deepEqual(log.types, ['callback', 'closed', 'on.close'])
  t.true(server.peers.every((peer) => peer.received.length === 0))
})

eachPlace(test, 'end in the turn of connect: what was sent arrives first', async (t, address) => {
  const server = await listen(t, address)
  const { connection, log } = recorded(t, address)
  connection.send('1')
  connection.end('2', () => log.add('callback'))
  t.false(connection.writable)
  await log.seen('on.close')
  const peer = await server.accepted()
  await peer.close()
  t.is(peer.received.toString(), '1\f2')
  t.is(log.count('callback'), 1)
  t.deepEqual(
    log.types.filter((type) => type !== 'callback'),
    ['opened', 'on.connect', 'on.ready', 'ended', 'on.end', 'closed', 'on.close']
  )
})

for (const moment of ['opened', 'message', 'ended']) {
  eachEnd(test, `destroy from within ${moment}`, async (t, open) => {
    const log = receiver({ [moment]: (...args) => args.at(-1).destroy() })
    const opened = open(protocol(), log)
    if (moment === 'opened') {
      await opened
    } else {
      const { peer } = await opened
      peer.socket.end('1\f2\f3\f')
    }
    await log.seen('closed')
    await settle()
    t.is(log.types.at(-1), 'closed')
    t.is(log.count('closed'), 1)
    t.deepEqual(log.all('closed'), [[false]])
    t.is(log.count('message'), { opened: 0, message: 1, ended: 3 }[moment])
  })
}

eachEnd(
  test,
  'destroy while everything is blocked: closed at once, what waits is dropped',
  async (t, open) => {
    const log = receiver()
    const { connection, peer } = await open(protocol(), log)
    peer.socket.pause()
    connection.write(Buffer.alloc(32 << 20))
    await settle()
    connection.destroy()
    await log.seen('closed')
    t.deepEqual(log.all('closed'), [[false]])
    peer.socket.resume()
    await peer.close()
    t.true(peer.received.length < 32 << 20)
  }
)

eachEnd(test, 'destroy with an error tells it once, then the closing', async (t, open) => {
  const log = receiver()
  const { connection, peer } = await open(protocol(), log)
  log.follow(connection, ['error', 'close'], 'on')
  const reason = new Error('enough')
  connection.destroy(reason)
  connection.destroy(new Error('again'))
  t.is(connection.errored, reason)
  await log.seen('on.close')
  t.deepEqual(log.types.slice(1), ['failed', 'on.error', 'closed', 'on.close'])
  t.deepEqual(log.all('failed'), [[reason]])
  t.deepEqual(log.all('on.close'), [[true]])
  await peer.close()
})

eachEnd(test, 'an error without a listener does not throw', async (t, open) => {
  const log = receiver()
  const { connection } = await open(protocol(), log)
  connection.destroy(new Error('unheard'))
  await log.seen('closed')
  t.is(log.count('failed'), 1)
})

eachEnd(test, 'what was sent before destroy in the same turn arrives', async (t, open) => {
  const { connection, peer } = await open(protocol())
  // So few that no system keeps some of them back.
  for (let n = 0; n < 50; n++) connection.send(String(n))
  connection.destroy()
  await peer.close()
  t.is(peer.received.toString(), Array.from({ length: 50 }, (_, n) => `${n}\f`).join(''))
})

eachEnd(test, 'the end of the peer is told, then the connection closes', async (t, open) => {
  const log = receiver()
  const { connection, peer } = await open(protocol(), log)
  log.follow(connection, [...TOLD, 'finish'], 'on')
  peer.socket.end('1\f')
  await log.seen('on.close')
  t.deepEqual(
    log.types.slice(1).filter((type) => type !== 'on.finish'),
    ['message', 'ended', 'on.end', 'closed', 'on.close']
  )
  t.is(log.count('on.finish'), 1)
})

eachEnd(test, 'a request with a half-close behind it gets its answer', async (t, open) => {
  const { peer } = await open(protocol(), {
    message: (value, connection) =>
      connection.send(JSON.stringify({ answer: value, text: 'x'.repeat(1 << 20) }))
  })
  peer.socket.end('1\f2\f')
  await peer.close()
  const answers = peer.received.toString().split('\f')
  t.is(answers.length, 3)
  t.deepEqual(
    answers.slice(0, 2).map((text) => JSON.parse(text).answer),
    [1, 2]
  )
})

eachEnd(test, 'allowHalfOpen: this side stays open until it ends', async (t, open) => {
  const log = receiver()
  const { connection, peer } = await open(protocol({ allowHalfOpen: true }), log)
  peer.socket.allowHalfOpen = true
  peer.socket.end('1\f')
  await log.seen('ended')
  await settle()
  t.like(connection, { readable: false, writable: true, readyState: 'writeOnly', destroyed: false })
  connection.send('"late"')
  await peer.frames(1)
  t.is(log.count('closed'), 0)
  connection.end('bye')
  await log.seen('closed')
  await peer.until((end) => end.ended, 'the end')
  t.is(peer.received.toString(), '"late"\fbye')
})

eachEnd(test, 'allowHalfOpen: destroy closes a half-closed one, from both halves', async (t, open) => {
  const first = await open(protocol({ allowHalfOpen: true }))
  const ended = next(first.connection, 'end')
  first.peer.socket.end()
  await ended
  first.connection.destroy()
  await closed(first.connection)
  const second = await open(protocol({ allowHalfOpen: true }))
  second.connection.end()
  await second.peer.until((peer) => peer.ended, 'the end')
  second.connection.destroy()
  await closed(second.connection)
  t.pass()
})

eachEnd(test, 'write after end: a typed error, and the connection closes', async (t, open) => {
  const log = receiver()
  const { connection, peer } = await open(protocol({ allowHalfOpen: true }), log)
  connection.end()
  t.false(connection.send('1'), 'send is silent')
  t.false(connection.destroyed)
  const late = await new Promise((resolve) => connection.send('1', resolve))
  t.is(late.code, 'ERR_STREAM_DESTROYED')
  const error = await new Promise((resolve) => t.false(connection.write('x', resolve)))
  t.is(error.code, 'ERR_STREAM_WRITE_AFTER_END')
  await log.seen('closed')
  t.deepEqual(log.all('failed'), [[error]])
  await peer.close()
  t.is(peer.received.length, 0)
})

/** Whether what was written is all with whom it is for, before it is read. */
async function delivered(socket) {
  const from = `:${socket.localPort.toString(16).toUpperCase().padStart(4, '0')}`
  for (let tries = 0; tries < 10; tries++) {
    await interval(50)
    // Elsewhere there is nobody to ask.
    if (process.platform !== 'linux') continue
    const lines = fs.readFileSync('/proc/net/tcp', 'utf8').split('\n')
    const fields = lines.map((line) => line.trim().split(/\s+/)).find(([, local]) => local?.endsWith(from))
    if (fields?.[4].startsWith('00000000:') && socket.writableLength === 0) return true
  }
  return process.platform !== 'linux' && socket.writableLength === 0
}

test('TCP: what the peer sent before it reset the connection is delivered first, however much', async (t) => {
  const address = await PLACES.TCP()
  let total = 0
  const log = receiver()
  const listener = await serve(
    t,
    address,
    { framing: { mode: 'raw' }, codec: 'bytes' },
    {
      ...log,
      chunk: (chunk) => (total += chunk.length),
      failed: log.failed,
      closed: log.closed
    }
  )
  const accepted = listener.accepted()
  const socket = net.connect(address)
  t.teardown(() => socket.destroy())
  const connection = await accepted
  socket.pause()
  connection.write('never read, so that destroying resets')
  let written = 0
  const write = (bytes) => {
    written += bytes
    socket.write(Buffer.alloc(bytes))
  }
  // The kernel widens the window of a connection that has moved much, sooner or later; how far depends on the machine.
  let much = 600_000
  for (let rounds = 1; ; rounds++) {
    write(64 << 20)
    await state(() => total === written, 'all that was written')
    connection.pause()
    await settle()
    write(much)
    if (await delivered(socket)) break
    connection.resume()
    if (rounds % 5 === 0) much >>= 1
  }
  connection.resume()
  socket.resetAndDestroy()
  await log.seen('closed')
  t.is(total, written)
})

eachPlace(test, 'a server that goes away is seen, and a client that is killed', async (t, address) => {
  const left = receiver()
  const right = receiver()
  const listener = await serve(t, address, protocol(), right)
  const accepted = listener.accepted()
  const near = await connected(t, address, protocol(), left)
  const far = await accepted
  far.destroy()
  await left.seen('closed')
  await right.seen('closed')
  t.deepEqual(left.types, ['opened', 'ended', 'closed'])
  t.deepEqual(right.types, ['opened', 'closed'])
  t.true(near.destroyed)
})

eachPlace(test, 'a thousand connections come and go, every one is told once', async (t, address) => {
  const right = receiver({ message: (value, connection) => value % 3 === 0 && connection.destroy() })
  const listener = await serve(t, address, protocol(), right)
  const closings = new Map()
  for (let round = 0; round < 20; round++) {
    const clients = Array.from({ length: 50 }, (_, n) => {
      const log = new Recorder()
      const side = { opened: (connection) => connection.send(String(n)), closed: () => log.add('closed') }
      const connection = engine.connect(address, protocol(), side)
      closings.set(connection, log)
      if (n % 3 === 1) connection.end()
      if (n % 3 === 2) connection.on('connect', () => connection.destroy())
      return log
    })
    await Promise.all(clients.map((log) => log.seen('closed')))
  }
  await right.until(
    (log) => log.count('closed') === log.count('opened') && listener.connections.size === 0,
    'all to be closed'
  )
  t.true([...closings.values()].every((log) => log.count('closed') === 1))
})

eachPlace(test, 'a peer that resets at once leaves nothing behind', async (t, address) => {
  const log = receiver()
  const listener = await serve(t, address, protocol(), log)
  for (let n = 0; n < 100; n++) {
    const peer = await dial(t, address)
    peer.socket.write('1\f')
    peer.socket.destroy()
  }
  await log.seen('closed', 100)
  t.is(listener.connections.size, 0)
  t.is(log.count('opened'), 100)
})
