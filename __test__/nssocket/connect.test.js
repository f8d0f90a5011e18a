'use strict'

const path = require('node:path')
const test = require('ava')
const { root, at, socket, serve, connected, pair, messages } = require('./support')
const { RESOLVER } = require('../common/deadline')
const { next, Recorder } = require('../common/events')
const { listen, settle } = require('../common/raw')
const { directory, eachTransport, local, tcp } = require('../common/places')

test('NS-19: port, host and callback in any order', async (t) => {
  const { host, port } = await tcp()
  const { accepted } = await serve(t, { host, port })
  let number = 0
  const orders = [
    (callback) => [port, host, callback],
    (callback) => [callback, host, port],
    (callback) => [host, port, callback],
    (callback) => [callback, port, host],
    (callback) => [port, callback, host],
    (callback) => [host, callback, port],
    (callback) => [port, callback],
    (callback) => [callback, port],
    (callback) => [callback, 'localhost', port]
  ]
  for (const order of orders) {
    const outbound = socket(t)
    await new Promise((resolve) => t.is(outbound.connect(...order(resolve)), undefined))
    t.is(outbound.port, port)
    t.true(outbound.connected)
    await accepted(++number)
  }
})

test('NS-19: an argument of another type emits the error, and the others count', async (t) => {
  const { port } = await tcp()
  await serve(t, { host: '127.0.0.1', port })
  const outbound = socket(t)
  const log = new Recorder(outbound, ['error'])
  await new Promise((resolve) => outbound.connect({ host: 'x' }, port, null, resolve))
  t.deepEqual(
    log.events.map(([, error]) => error.message),
    ['bad argument to connect', 'bad argument to connect']
  )
  const silent = socket(t)
  t.throws(() => silent.connect({}, port), { message: 'bad argument to connect' })
})

test('NS-19: a string without a port is a local path', async (t) => {
  const address = await local(t)
  const { accepted } = await serve(t, address)
  const outbound = socket(t)
  await new Promise((resolve) => outbound.connect(resolve, address.path))
  t.is(outbound.host, address.path)
  await accepted()
})

test('NS-19: without any argument the host is taken for a path', async (t) => {
  const outbound = socket(t)
  outbound.on('error', () => {})
  const failed = next(outbound, 'error')
  outbound.connect()
  const [error] = await failed
  t.is(error.code, 'ENOENT')
  t.is(outbound.host, '127.0.0.1')
})

eachTransport(test, 'NS-20: start comes before the callback', async (t, address) => {
  const { accepted } = await serve(t, address)
  const outbound = socket(t)
  const log = new Recorder()
  outbound.on('start', (...args) => log.add('start', outbound.connected, ...args))
  outbound.connect(...at(address), function (...args) {
    log.add('callback', this === outbound.socket, ...args)
  })
  t.true(outbound.connected)
  t.is(log.events.length, 0)
  await log.seen('callback')
  await accepted()
  t.deepEqual(log.events, [
    ['start', true],
    ['callback', true]
  ])
})

eachTransport(test, 'NS-21: refused: error, then close(true, undefined)', async (t, address) => {
  const outbound = socket(t)
  const log = new Recorder(outbound, ['error', 'close', 'start'])
  outbound.connect(...at(address), () => log.add('callback'))
  await log.seen('close')
  const [[, error], close] = log.events
  t.is(error.code, address.path ? 'ENOENT' : 'ECONNREFUSED')
  t.is(error.syscall, 'connect')
  t.is(log.events.length, 2)
  t.deepEqual(close, ['close', true, undefined])
  t.false(outbound.connected)
  t.truthy(outbound.socket)
})

test('NS-21: a local path that nobody serves any more is refused', async (t) => {
  const file = path.join(directory(t), 's')
  const net = require('node:net')
  const holder = net.createServer().listen(file)
  await next(holder, 'listening')
  require('node:fs').linkSync(file, `${file}-stale`)
  holder.close()
  const outbound = socket(t)
  outbound.on('error', () => {})
  const failed = next(outbound, 'error')
  outbound.connect(`${file}-stale`)
  t.is((await failed)[0].code, 'ECONNREFUSED')
})

test('NS-21: the error is seen by all handlers, `this` being the NsSocket (unlike the original: ruling 8)', async (t) => {
  const outbound = socket(t)
  const log = new Recorder()
  for (const name of ['one', 'two']) {
    outbound.on('error', function () {
      log.add(name, this === outbound, outbound.connected)
    })
  }
  outbound.connect((await tcp()).port)
  await next(outbound, 'close')
  t.deepEqual(log.events, [
    ['one', true, false],
    ['two', true, false]
  ])
})

eachTransport(
  test,
  'connecting once more replaces the connection (unlike the original)',
  async (t, address) => {
    const server = await listen(t, address)
    const outbound = socket(t)
    const log = messages(outbound)
    for (const type of ['start', 'error', 'close']) outbound.on(type, () => log.add(type))
    outbound.connect(...at(address))
    await log.seen('start')
    outbound.send('old')
    const before = outbound.socket
    outbound.connect(...at(address))
    t.not(outbound.socket, before)
    outbound.send('new')
    const [old, fresh] = [await server.accepted(1), await server.accepted(2)]
    t.deepEqual(await old.frames(1, '\n'), ['["old",null]'])
    await old.close()
    t.deepEqual(await fresh.frames(1, '\n'), ['["new",null]'])
    await fresh.write('["answer",1]\n')
    await log.seen('answer')
    t.deepEqual(log.types, ['start', 'start', 'answer'])
  }
)

eachTransport(
  test,
  'connect after a close works, and receives (unlike the original: ruling 13)',
  async (t, address) => {
    const { outbound, server, inbound } = await pair(t, address)
    const log = messages(outbound)
    for (const event of ['start', 'close']) outbound.on(event, () => log.add(event))
    const again = new Promise((resolve) => server.on('connection', resolve))
    inbound.end()
    await log.seen('close')
    const before = outbound.socket
    await new Promise((resolve) => outbound.connect(...at(address), resolve))
    t.not(outbound.socket, before)
    await again
    outbound.send('hello')
    inbound.end()
    t.deepEqual(log.types, ['close', 'start'])
  }
)

eachTransport(
  test,
  'connecting again from the close handler is enough to stay connected (unlike the original: ruling 13)',
  async (t, address) => {
    const server = await listen(t, address)
    const outbound = await connected(t, address)
    const log = messages(outbound)
    outbound.on('close', () => outbound.connect(...at(address)))
    for (let round = 1; round <= 3; round++) {
      const peer = await server.accepted(round)
      await peer.write(`["round",${round}]\n`)
      await log.seen('round', round)
      peer.socket.end()
    }
    t.deepEqual(log.all('round'), [[1], [2], [3]])
  }
)

test('what is asked of `socket` before connect holds for the connection', async (t) => {
  const address = await local(t)
  const server = await listen(t, address)
  const outbound = socket(t)
  const log = new Recorder()
  outbound.socket.on('connect', () => log.add('connect'))
  outbound.socket.once('close', (hadError) => log.add('socket close', hadError))
  outbound.setKeepAlive(true, 1000)
  outbound.setIdle(20)
  outbound.on('start', () => log.add('start'))
  outbound.on('idle', () => log.add('idle'))
  outbound.on('close', () => log.add('close'))
  outbound.connect(...at(address))
  await log.seen('idle')
  ;(await server.accepted()).socket.end()
  await log.seen('socket close')
  t.deepEqual(log.types.filter((type) => type !== 'idle').sort(), [
    'close',
    'connect',
    'socket close',
    'start'
  ])
  t.deepEqual(log.all('socket close'), [[false]])
})

eachTransport(test, 'end while connecting still connects, then closes', async (t, address) => {
  await serve(t, address)
  const outbound = socket(t)
  const log = new Recorder(outbound, ['start', 'close', 'error'])
  outbound.connect(...at(address))
  outbound.end()
  t.is(outbound.socket, null)
  await log.seen('close')
  t.deepEqual(log.events, [['start'], ['close']])
})

eachTransport(test, 'destroy while connecting is the end', async (t, address) => {
  await serve(t, address)
  const outbound = socket(t)
  const log = new Recorder(outbound, ['start', 'close', 'error', 'destroy'])
  outbound.connect(...at(address), () => log.add('callback'))
  outbound.destroy()
  await settle()
  t.deepEqual(log.types, ['destroy'])
})

test('connect after end throws a TypeError', async (t) => {
  const { outbound } = await pair(t, await local(t))
  outbound.end()
  t.throws(() => outbound.connect('/nowhere'), { instanceOf: TypeError })
})

test('a port that is none throws', (t) => {
  t.throws(() => socket(t).connect(70000), { code: 'ERR_SOCKET_BAD_PORT' })
})

test('a host that does not exist gives the error of the lookup', async (t) => {
  const outbound = new root.NsSocket()
  outbound.on('error', () => {})
  const failed = next(outbound, 'error', RESOLVER)
  const closed = next(outbound, 'close', RESOLVER)
  outbound.connect(1, 'does-not-exist.invalid')
  t.is((await failed)[0].syscall, 'getaddrinfo')
  t.deepEqual(await closed, [true, undefined])
})

test('CM-2: a local path of 140 bytes works', async (t) => {
  const folder = directory(t)
  const file = path.join(folder, 'x'.repeat(139 - folder.length))
  t.is(Buffer.byteLength(file), 140)
  const { outbound, inbound } = await pair(t, { path: file })
  const log = messages(inbound)
  outbound.send('a')
  await log.seen('a')
  t.pass()
})
