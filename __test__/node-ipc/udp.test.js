'use strict'

const dgram = require('node:dgram')
const path = require('node:path')
const test = require('ava')
const { instance, serve } = require('./support')
const { RESOLVER, interval } = require('../common/deadline')
const { next, Recorder } = require('../common/events')
const { entry } = require('../common/peers')
const { UDP_HOSTS } = require('../common/places')
const { run } = require('../common/processes')
const { frame, settle } = require('../common/raw')

const EVENTS = ['start', 'connect', 'error', 'socket.disconnected', 'close', 'data', 'm']

/** A port for UDP that nobody has, fresh from the operating system. */
function freePort(kind) {
  return new Promise((resolve) => {
    const probe = dgram.createSocket(kind)
    probe.bind(0, UDP_HOSTS[kind], () => {
      const { port } = probe.address()
      probe.close(() => resolve(port))
    })
  })
}

/** A server for UDP, bound. */
async function bound(t, kind = 'udp4', config = {}) {
  const ipc = instance(t, { networkPort: 0, ...config })
  ipc.serveNet(UDP_HOSTS[kind], kind)
  const { server } = ipc
  const log = new Recorder(server, EVENTS)
  server.start()
  await log.seen('connect')
  return { ipc, server, log, to: { address: UDP_HOSTS[kind], port: server.server.address().port } }
}

/** A socket of node:dgram that writes and collects datagrams. */
async function raw(t, kind = 'udp4') {
  const socket = dgram.createSocket(kind)
  t.teardown(() => socket.close())
  const log = new Recorder()
  socket.on('message', (bytes, { port }) => log.add('message', bytes.toString('latin1'), port))
  await new Promise((resolve) => socket.bind(0, UDP_HOSTS[kind], resolve))
  const { port } = socket.address()
  const write = (bytes, { port, address }) =>
    new Promise((resolve, reject) =>
      socket.send(bytes, port, address, (error) => (error ? reject(error) : resolve()))
    )
  return { log, port, write, address: UDP_HOSTS[kind] }
}

for (const kind of Object.keys(UDP_HOSTS)) {
  test(`NI-46: two servers exchange an event (${kind})`, async (t) => {
    const here = await bound(t, kind)
    const there = await bound(t, kind)
    there.server.emit(here.to, 'm', { text: 'é€😀', id: 'there' })
    const [data, peer] = await next(here.server, 'm')
    t.deepEqual(data, { text: 'é€😀', id: 'there' })
    t.deepEqual(peer, {
      address: UDP_HOSTS[kind],
      family: kind === 'udp4' ? 'IPv4' : 'IPv6',
      port: there.to.port,
      size: Buffer.byteLength(frame('m', data)),
      ipcBuffer: '',
      id: 'there'
    })
    const answer = next(there.server, 'm')
    here.server.emit(peer, 'm', 'answer')
    t.is((await answer)[0], 'answer')
  })

  test(`NI-49: start precedes connect (${kind})`, async (t) => {
    const ipc = instance(t, { networkPort: 0 })
    ipc.serveNet(UDP_HOSTS[kind], kind)
    const { server } = ipc
    const log = new Recorder(server, EVENTS)
    server.start()
    t.deepEqual(log.events, [['start', { address: UDP_HOSTS[kind], port: 0 }]])
    await log.seen('connect')
    t.deepEqual(log.types, ['start', 'connect'])
    t.is(log.all('connect')[0][0], server.server)
    t.deepEqual(server.sockets, [server.server])
    t.like(server.server.address(), { address: UDP_HOSTS[kind] })
  })
}

test('NI-46: the bytes are those of a stream', async (t) => {
  const { server, to } = await bound(t)
  const peer = await raw(t)
  server.emit(peer, 'hello', { x: 1 })
  server.emit({ address: peer.address, port: peer.port }, 'nothing')
  await peer.log.seen('message', 2)
  t.deepEqual(peer.log.events, [
    ['message', '{"type":"hello","data":{"x":1}}\f', to.port],
    ['message', '{"type":"nothing","data":{}}\f', to.port]
  ])
})

test('NI-46: what fills a datagram arrives: long texts and tables', async (t) => {
  const here = await bound(t)
  const there = await bound(t)
  const table = Array.from({ length: 500 }, (_, id) => ({ id, name: `number ${id}`, size: 1234.5, on: true }))
  for (const data of ['x'.repeat(60000), table, { text: 'é'.repeat(20000), table: table.slice(0, 100) }]) {
    const message = next(here.server, 'm')
    there.server.emit(here.to, 'm', data)
    t.deepEqual((await message)[0], data)
  }
})

test('NI-47: all complete frames of a datagram arrive, what is left is dropped', async (t) => {
  const { server, log, to } = await bound(t)
  const peer = await raw(t)
  await peer.write(frame('m', 1) + frame('m', 'zwei €') + '{"type":"m","da', to)
  await peer.write('ta":3}\f' + frame('m', 4), to)
  await log.seen('m', 3)
  t.deepEqual(
    log.all('m').map(([data]) => data),
    [1, 'zwei €', 4]
  )
  // The beginning of the second datagram is no frame by itself.
  t.is(log.count('error'), 1)
  t.is(log.all('error')[0][0].response, 'ta":3}')
  t.is(log.all('error')[0][1], server.sockets[1])
})

test('NI-47: datagrams without any frame, and frames that are no messages', async (t) => {
  const { log, to } = await bound(t)
  const peer = await raw(t)
  for (const text of ['', 'no frame', '5\f', '[]\f', 'null\f', '{"data":1}\f', frame('m', 'end')]) {
    await peer.write(text, to)
  }
  await log.seen('m')
  t.deepEqual(log.types, ['start', 'connect', 'error', 'm'])
})

test('NI-48: a broadcast reaches every peer heard from, once', async (t) => {
  const { server, log, to } = await bound(t)
  const peers = await Promise.all([raw(t), raw(t), raw(t)])
  const silent = await raw(t)
  for (const peer of peers) for (let n = 0; n < 3; n++) await peer.write(frame('m', n), to)
  await log.seen('m', 9)
  t.is(server.sockets.length, 4)
  server.broadcast('news', { n: 1 })
  // Whom nothing is known of is everybody.
  server.emit({}, 'news', { n: 2 })
  for (const peer of peers) {
    await peer.log.seen('message', 2)
    t.deepEqual(
      peer.log.all('message').map(([text]) => text),
      [frame('news', { n: 1 }), frame('news', { n: 2 })]
    )
  }
  await settle()
  t.is(silent.log.events.length, 0)
})

test('NI-48: a peer is the same object each time, and keeps what it was given', async (t) => {
  const { log, to } = await bound(t)
  const peer = await raw(t)
  await peer.write(frame('m', { id: 'me' }), to)
  await peer.write(frame('m', 'longer than before'), to)
  await log.seen('m', 2)
  const [[, first], [, second]] = log.all('m')
  t.is(first, second)
  t.is(second.id, 'me')
  t.is(second.size, frame('m', 'longer than before').length)
})

test('ruling 27: peers not heard from for a time are forgotten, if that is wanted', async (t) => {
  const { server, log, to, ipc } = await bound(t, 'udp4', { peerTimeout: 3600000 })
  const peer = await raw(t)
  await peer.write(frame('m', 1), to)
  await log.seen('m')
  server.broadcast('early')
  await peer.log.seen('message')
  t.is(server.sockets.length, 2)
  ipc.config.peerTimeout = 50
  await interval(60)
  server.broadcast('news')
  t.is(server.sockets.length, 1)
  ipc.config.peerTimeout = 0
  await peer.write(frame('m', 2), to)
  await log.seen('m', 2)
  server.broadcast('news')
  await peer.log.seen('message', 2)
  await settle()
  t.is(peer.log.count('message'), 2)
})

test('raw mode: a datagram is one event, all bytes pass', async (t) => {
  const { server, log, to } = await bound(t, 'udp4', { rawBuffer: true, encoding: 'hex' })
  const seen = []
  server.server.on('message', (...args) => seen.push(args))
  const peer = await raw(t)
  const bytes = Buffer.from(Array.from({ length: 256 }, (_, n) => n))
  await peer.write(bytes, to)
  await peer.write('', to)
  await peer.write('x', to)
  await log.until(({ events }) => events.some(([type, data]) => type === 'data' && data.length === 1))
  t.deepEqual(log.all('data')[0][0], bytes)
  t.is(seen.length, 3)
  t.deepEqual(seen[0], [bytes, log.all('data')[0][1]])
  t.like(log.all('data')[0][1], { address: '127.0.0.1', port: peer.port })
  server.emit(peer, 'ff00')
  server.emit(peer, [1, 2])
  server.broadcast(Buffer.from([3]))
  await peer.log.seen('message', 3)
  t.deepEqual(
    peer.log.all('message').map(([text]) => text),
    ['\xff\x00', '\x01\x02', '\x03']
  )
  t.throws(() => server.emit(peer, 5), { code: 'ERR_INVALID_ARG_TYPE' })
})

test('NI-61: an address that does not resolve is an error event, nothing crashes', async (t) => {
  const { server, log, to } = await bound(t)
  server.emit({ address: 'host.invalid', port: 9 }, 'm', 1)
  await log.seen('error', 1, RESOLVER)
  const [[error]] = log.all('error')
  t.true(error instanceof Error)
  t.regex(error.code, /^(ENOTFOUND|EAI_AGAIN)$/)
  const peer = await raw(t)
  await peer.write(frame('m', 1), to)
  await log.seen('m')
})

test('an address of the other family is an error event', async (t) => {
  const { server, log } = await bound(t)
  server.emit({ address: '::1', port: 9 }, 'm', 1)
  await log.seen('error')
  t.like(log.all('error')[0][0], { code: 'EINVAL', syscall: 'send', address: '::1', port: 9 })
})

test('a datagram that is too large is an error event on the sender', async (t) => {
  const { server, log } = await bound(t)
  const peer = await raw(t)
  server.emit(peer, 'm', 'x'.repeat(65507))
  await log.seen('error')
  const [[error]] = log.all('error')
  t.true(error instanceof Error)
  t.like(error, { code: 'EMSGSIZE', syscall: 'send', address: '127.0.0.1', port: peer.port, limit: 65507 })
  t.regex(error.message, /^send EMSGSIZE 127.0.0.1:\d+: /)
  const largest = 'x'.repeat(65507 - frame('m', '').length)
  server.emit(peer, 'm', largest)
  await peer.log.seen('message')
  t.is(peer.log.all('message')[0][0].length, 65507)
})

test('a port that is none is thrown', async (t) => {
  const { server } = await bound(t)
  t.throws(() => server.emit({ address: '127.0.0.1', port: 70000 }, 'm'), { code: 'ERR_SOCKET_BAD_PORT' })
})

test('data that cannot be stringified is thrown, and the socket goes on', async (t) => {
  const { server, log, to } = await bound(t)
  const cycle = {}
  cycle.self = cycle
  t.throws(() => server.emit(to, 'm', cycle), { instanceOf: TypeError })
  server.emit(to, 'm', 'to itself')
  await log.seen('m')
})

test('what is received while the program is busy is delivered in order', async (t) => {
  const { log, to } = await bound(t)
  const peer = await raw(t)
  for (let n = 0; n < 100; n++) await peer.write(frame('m', n) + frame('m', -n - 1), to)
  await log.seen('m', 200)
  t.deepEqual(
    log.all('m').map(([n]) => n),
    Array.from({ length: 100 }, (_, n) => [n, -n - 1]).flat()
  )
})

test('stop closes the socket and says so', async (t) => {
  const { server, log, to } = await bound(t)
  const { server: socket } = server
  server.stop()
  await log.seen('close')
  t.deepEqual(log.types, ['start', 'connect', 'socket.disconnected', 'close'])
  t.is(log.all('socket.disconnected')[0][0], socket)
  t.false(log.all('socket.disconnected')[0][1])
  t.deepEqual(log.all('close'), [[undefined]])
  t.deepEqual(server.sockets, [])
  t.throws(() => server.stop(), { code: 'ERR_SOCKET_DGRAM_NOT_RUNNING' })
  // The port is free again.
  server.port = to.port
  server.start()
  await log.seen('connect', 2)
  const peer = await raw(t)
  await peer.write(frame('m', 'again'), to)
  await log.seen('m')
})

test('stop frees the port there and then, whatever comes meanwhile', async (t) => {
  const { server, log, to } = await bound(t)
  const peer = await raw(t)
  for (let round = 2; round <= 200; round++) {
    for (let n = 0; n < 5; n++) await peer.write(frame('m', n), to)
    server.stop()
    server.port = to.port
    server.start()
    await log.until(() => log.count('connect') === round || log.count('error') > 0)
    t.deepEqual(log.all('error'), [])
  }
})

test('a port that is taken is an error event', async (t) => {
  const { to } = await bound(t)
  const ipc = instance(t)
  ipc.serveNet(to.address, to.port, 'udp4')
  const failed = next(ipc.server, 'error')
  ipc.server.start()
  const [error] = await failed
  t.like(error, { code: 'EADDRINUSE', syscall: 'bind', address: to.address, port: to.port })
})

test('the socket has the surface of dgram', async (t) => {
  const { server } = await bound(t)
  const { server: socket } = server
  const peer = await raw(t)
  const taken = new Promise((resolve, reject) => {
    socket.send('xhellox', 1, 5, peer.port, peer.address, (error, count) =>
      error ? reject(error) : resolve(count)
    )
  })
  t.is(await taken, 5)
  socket.send([Buffer.from('a'), 'b'], peer.port)
  await peer.log.seen('message', 2)
  t.deepEqual(
    peer.log.all('message').map(([text]) => text),
    ['hello', 'ab']
  )
  t.is(socket.setTTL(5), 5)
  t.is(socket.setMulticastTTL(2), 2)
  t.is(socket.setMulticastLoopback(true), true)
  t.notThrows(() => socket.setBroadcast(true))
  t.throws(() => socket.addMembership('127.0.0.1'))
  t.throws(() => socket.addMembership('no address'), { code: 'EINVAL' })
  t.is(socket.ref().unref().ref(), socket)
  t.throws(() => socket.bind(0), { code: 'ERR_SOCKET_ALREADY_BOUND' })
})

test('a group can be joined', async (t) => {
  const ipc = instance(t, { networkPort: 0 })
  ipc.serveNet('0.0.0.0', 'udp4')
  const { server } = ipc
  const log = new Recorder(server, EVENTS)
  server.start()
  await log.seen('connect')
  const group = '239.255.77.77'
  server.server.addMembership(group, '127.0.0.1')
  const peer = await raw(t)
  await peer.write(frame('m', 'direct'), { address: '127.0.0.1', port: server.server.address().port })
  await log.seen('m')
  server.server.dropMembership(group, '127.0.0.1')
  t.throws(() => server.server.dropMembership(group, '127.0.0.1'), { code: 'EADDRNOTAVAIL' })
})

test('a handler that throws loses no other frame of the datagram', async (t) => {
  const program = run(t, path.join(__dirname, 'programs', 'udp-throwing.js'))
  const reports = await program.success()
  t.deepEqual(reports, [
    ['m', 1],
    ['uncaught', 'from the handler'],
    ['m', 2],
    ['m', 3]
  ])
})

test('a program whose sockets are closed ends, one whose socket is unref-ed too', async (t) => {
  for (const how of ['stop', 'unref']) {
    const program = run(t, path.join(__dirname, 'programs', 'udp-ending.js'), { how })
    t.deepEqual(await program.success(), [['connect']])
  }
})

for (const kind of Object.keys(UDP_HOSTS)) {
  test(`the original 9.2.1 and this one talk to each other (${kind})`, async (t) => {
    const here = await bound(t, kind)
    const port = await freePort(kind)
    const original = run(t, path.join(__dirname, 'programs', 'udp-echo.js'), {
      library: entry('node-ipc-9'),
      address: UDP_HOSTS[kind],
      port,
      kind
    })
    await original.report('ready')
    const payloads = [1, 'é€😀', { a: [1, null, '\f'] }, false, 0, 'x'.repeat(8000), [], '\u2028']
    for (const [at, payload] of payloads.entries()) {
      here.server.emit({ address: UDP_HOSTS[kind], port }, 'echo', payload)
      await here.log.seen('m', at + 1)
      t.deepEqual(here.log.all('m')[at][0], payload)
    }
    t.like(here.log.all('m')[0][1], { address: UDP_HOSTS[kind], port })
    t.like((await original.report('peer'))[0], {
      address: UDP_HOSTS[kind],
      port: here.to.port,
      ipcBuffer: ''
    })
    here.server.broadcast('stop')
    await original.success()
  })
}

test('serveNet with UDP does not listen before start', async (t) => {
  const ipc = instance(t)
  const server = serve(ipc, { host: '127.0.0.1', port: await freePort('udp4') })
  t.false(server.server)
})
