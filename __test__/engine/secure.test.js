'use strict'

// Streams by TLS: what is read and written is cut into records, and some of it is decrypted before anybody asks.

const net = require('node:net')
const tls = require('node:tls')
const test = require('ava')
const engine = require('../../lib/engine')
const { read } = require('../common/certificates')
const { next } = require('../common/events')
const { settle } = require('../common/raw')
const { protocol, receiver, serve, closed } = require('./support')

const SERVER = { key: read('server.key'), cert: read('server.pem') }
const CLIENT = { ca: read('ca.pem'), servername: 'localhost' }

const described = protocol()
const text = (size, n) => JSON.stringify({ n, pad: 'x'.repeat(size) })

/** Both ends of one secure connection, each the engine's. */
async function secure(t, sides) {
  const listener = await serve(t, { host: '127.0.0.1', port: 0, tls: SERVER }, described, sides.right)
  const accepted = listener.accepted()
  const { port } = listener.address()
  const near = engine.connect({ host: '127.0.0.1', port, tls: CLIENT }, described, sides.left)
  t.teardown(() => near.destroy())
  await next(near, 'secureConnect')
  return { listener, near, far: await accepted }
}

/** A server of the engine, and a client of node:tls. */
async function foreign(t, side) {
  const listener = await serve(t, { host: '127.0.0.1', port: 0, tls: SERVER }, described, side)
  const raw = net.connect(listener.address().port, '127.0.0.1')
  t.teardown(() => raw.destroy())
  raw.on('error', () => {})
  const socket = tls.connect({ socket: raw, ...CLIENT })
  socket.on('error', () => {})
  return { listener, raw, socket }
}

test('floods in both directions arrive whole and in order', async (t) => {
  const count = 400
  const [left, right] = [receiver(), receiver()]
  const { near, far } = await secure(t, { left, right })
  for (let n = 0; n < count; n++) {
    const size = [10, 40_000, 200, 300_000][n % 4]
    near.send(text(size, n))
    far.send(text(size, n))
  }
  for (const log of [left, right]) {
    await log.until(() => log.all('message').length >= count, 'all messages')
    t.deepEqual(
      log.all('message').map(([{ n, pad }]) => [n, pad.length]),
      Array.from({ length: count }, (_, n) => [n, [10, 40_000, 200, 300_000][n % 4]])
    )
  }
  t.is(near.bytesWritten, far.bytesRead)
  t.is(far.bytesWritten, near.bytesRead)
})

test('what was sent before the end arrives before the end', async (t) => {
  const right = receiver()
  const left = receiver()
  const { near } = await secure(t, { left, right })
  for (let n = 0; n < 50; n++) near.send(text(100_000, n))
  near.end()
  await right.until(() => right.all('closed').length > 0, 'closed')
  t.is(right.all('message').length, 50)
  t.deepEqual(right.all('failed'), [])
  t.deepEqual(right.all('closed'), [[false]])
  await closed(near)
  t.deepEqual(left.all('closed'), [[false]])
})

test('a connection that is paused at once holds its peer up, and misses nothing', async (t) => {
  const right = receiver({ opened: (connection) => connection.pause() })
  const { near, far } = await secure(t, { left: receiver(), right })
  let flowing = true
  let sent = 0
  while (flowing || sent < 400) flowing = near.send(text(50_000, sent++))
  await settle()
  t.is(right.all('message').length, 0)
  t.true(near.writableLength > 0)
  far.resume()
  await right.until(() => right.all('message').length >= sent, 'all messages')
  t.deepEqual(
    right.all('message').map(([{ n }]) => n),
    Array.from({ length: sent }, (_, n) => n)
  )
})

test('what comes together with the end of the handshake is not left lying', async (t) => {
  for (let round = 0; round < 30; round++) {
    const right = receiver()
    const { listener, socket } = await foreign(t, right)
    // Leaves as soon as the handshake lets it.
    socket.write('{"n":1}\f{"n":2}\f')
    await right.until(() => right.all('message').length >= 2, 'both messages')
    t.deepEqual(right.all('message'), [[{ n: 1 }], [{ n: 2 }]])
    socket.destroy()
    listener.close()
  }
})

test('a peer that says goodbye has ended, one that just goes as well', async (t) => {
  for (const leave of ['socket', 'raw']) {
    const right = receiver()
    const peer = await foreign(t, right)
    peer.socket.write('{"n":1}\f')
    await right.until(() => right.all('message').length > 0, 'the message')
    peer[leave].end()
    await right.until(() => right.all('closed').length > 0, 'closed')
    t.is(right.all('ended').length, 1)
    t.deepEqual(right.all('failed'), [])
    t.deepEqual(right.all('closed'), [[false]])
  }
})

test('garbage instead of a record ends the connection with its reason, after what came before', async (t) => {
  const right = receiver()
  const { raw, socket } = await foreign(t, right)
  await next(socket, 'secureConnect')
  socket.write('{"n":1}\f')
  await right.until(() => right.all('message').length > 0, 'the message')
  raw.write('this is no record of TLS, whatever else it may be')
  await right.until(() => right.all('closed').length > 0, 'closed')
  const [[error]] = right.all('failed')
  t.true(error instanceof Error)
  t.regex(error.code, /^ERR_SSL_/)
  t.deepEqual(right.all('closed'), [[true]])
})
