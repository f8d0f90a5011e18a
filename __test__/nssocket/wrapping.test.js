'use strict'

const net = require('node:net')
const { Duplex, PassThrough } = require('node:stream')
const test = require('ava')
const { root, socket, serve, messages } = require('./support')
const { next, Recorder } = require('../common/events')
const { listen } = require('../common/raw')
const { eachTransport, local, tcp } = require('../common/places')

/** A connected net.Socket and the raw peer of it. */
async function plain(t, address) {
  const server = await listen(t, address)
  const stream = net.connect(address)
  t.teardown(() => stream.destroy())
  await next(stream, 'connect')
  return { stream, peer: await server.accepted() }
}

/** Two streams, each of which reads what is written to the other. */
function pipes() {
  const [there, back] = [new PassThrough(), new PassThrough()]
  return [Duplex.from({ writable: there, readable: back }), Duplex.from({ writable: back, readable: there })]
}

eachTransport(test, 'NS-33: a connected net.Socket with {}', async (t, address) => {
  const { stream, peer } = await plain(t, address)
  const wrapped = socket(t, stream, {})
  t.true(wrapped.connected)
  t.is(wrapped.socket, stream)
  const log = messages(wrapped)
  for (const type of ['start', 'close']) wrapped.on(type, (...args) => log.add(type, ...args))
  wrapped.send('a::b', 1)
  t.deepEqual(await peer.frames(1, '\n'), ['["a","b",1]'])
  await peer.write('["c",{"é":"€"}]\n["d",2]\n["e",')
  await peer.write('3]')
  peer.socket.end()
  await log.seen('close')
  t.deepEqual(log.events, [['c', { é: '€' }], ['d', 2], ['e', 3], ['close']])
  t.false(wrapped.connected)
})

eachTransport(test, 'NS-33: without options (unlike the original: ruling 17)', async (t, address) => {
  const { stream, peer } = await plain(t, address)
  const wrapped = root.NsSocket(stream)
  t.is(wrapped.socket, stream)
  t.true(wrapped.connected)
  wrapped.send('a')
  t.deepEqual(await peer.frames(1, '\n'), ['["a",null]'])
})

test('NS-33: the callback, end and destroy', async (t) => {
  const { stream, peer } = await plain(t, await local(t))
  const wrapped = socket(t, stream, {})
  await new Promise((resolve) => wrapped.send('a', 1, resolve))
  const closed = next(wrapped, 'close')
  wrapped.end()
  t.is(wrapped.socket, null)
  await peer.close()
  t.deepEqual(await closed, [])
  const other = await plain(t, await local(t))
  const log = new Recorder(socket(t, other.stream, {}), ['destroy', 'close'])
  const destroyed = socket(t, other.stream, {})
  destroyed.destroy()
  await log.seen('close')
  t.true(other.stream.destroyed)
})

test('NS-33: the stream keeps its own events and methods', async (t) => {
  const { stream, peer } = await plain(t, await tcp())
  const log = new Recorder(stream, ['end', 'close'])
  stream.on('data', (chunk) => log.add('data', String(chunk)))
  const wrapped = socket(t, stream, {})
  wrapped.data('a', () => log.add('message'))
  await peer.write('["a",1]\n')
  await log.seen('message')
  t.is(wrapped.socket.remoteAddress, '127.0.0.1')
  stream.write('raw\n')
  t.deepEqual(await peer.frames(1, '\n'), ['raw'])
  peer.socket.end()
  await log.seen('close')
  t.deepEqual(log.types, ['data', 'message', 'end', 'close'])
})

test('NS-33: a net.Socket that is still connecting emits start', async (t) => {
  const address = await local(t)
  await listen(t, address)
  const stream = net.connect(address)
  const wrapped = socket(t, stream, {})
  wrapped.send('early')
  await next(wrapped, 'start')
  t.true(wrapped.connected)
})

test('NS-33: a net.Socket that is not connected is connected by connect', async (t) => {
  const address = await tcp()
  const server = await listen(t, address)
  const stream = new net.Socket()
  const wrapped = socket(t, stream, {})
  const log = new Recorder(wrapped, ['start'])
  wrapped.connect(address.port, () => log.add('callback'))
  await log.seen('callback')
  t.is(wrapped.socket, stream)
  wrapped.send('a')
  t.deepEqual(await (await server.accepted()).frames(1, '\n'), ['["a",null]'])
  t.deepEqual(log.types, ['start', 'callback'])
})

test('NS-33: connect after its close makes a connection of our own (unlike the original: ruling 13)', async (t) => {
  const address = await local(t)
  const { stream, peer } = await plain(t, address)
  const wrapped = socket(t, stream, {})
  const closed = next(wrapped, 'close')
  peer.socket.destroy()
  await closed
  const elsewhere = await local(t)
  const { accepted } = await serve(t, elsewhere)
  const log = messages(wrapped)
  await new Promise((resolve) => wrapped.connect(elsewhere.path, resolve))
  t.not(wrapped.socket, stream)
  ;(await accepted()).send('hello')
  await log.seen('hello')
})

test('NS-33: a stream that is to be reconnected, though nobody knows where to', async (t) => {
  const { stream, peer } = await plain(t, await local(t))
  const wrapped = socket(t, stream, { reconnect: true, retryInterval: 2, maxRetries: 2 })
  const log = new Recorder(wrapped, ['error', 'close'])
  peer.socket.destroy()
  await log.seen('error', 2)
  t.deepEqual(log.types, ['close', 'error', 'close', 'error'])
  t.is(log.all('error')[0][0].code, 'ENOENT')
})

test('NS-33: an error of the stream after destroy is nobody’s (unlike the original)', async (t) => {
  const { stream } = await plain(t, await local(t))
  const wrapped = socket(t, stream, {})
  wrapped.destroy()
  t.notThrows(() => stream.emit('error', new Error('late')))
})

test('NS-33: an error of the stream', async (t) => {
  const { stream } = await plain(t, await local(t))
  const wrapped = socket(t, stream, {})
  const log = new Recorder(wrapped, ['error', 'close'])
  const error = new Error('mine')
  stream.destroy(error)
  await log.seen('close')
  t.deepEqual(log.events, [
    ['error', error],
    ['close', true, undefined]
  ])
})

test('NS-33: any Duplex', async (t) => {
  const [one, two] = pipes()
  const [here, there] = [socket(t, one, {}), socket(t, two, { delimiter: '.' })]
  t.true(here.connected)
  const [log, back] = [messages(there), messages(here)]
  there.data('ping.*', function (data) {
    there.send(['pong', this.event[2]], data)
  })
  here.send('ping::one', { text: 'é€'.repeat(100000) })
  here.send('ping::two', 2)
  await back.seen('pong two')
  t.is(back.all('pong one')[0][0].text.length, 200000)
  t.deepEqual(log.types, ['ping one', 'ping two'])
})

test('NS-33: an error of a Duplex is an error of the close, too (unlike the original)', async (t) => {
  const one = new Duplex({ read() {}, write: (chunk, encoding, callback) => callback() })
  const log = new Recorder(socket(t, one, {}), ['error', 'close'])
  one.destroy(new Error('mine'))
  await log.seen('close')
  t.deepEqual(log.types, ['error', 'close'])
  t.deepEqual(log.all('close'), [[true, undefined]])
})

test('NS-33: `connected` can be forced', (t) => {
  const stream = new Duplex({ read() {}, write: (chunk, encoding, callback) => callback() })
  stream.end()
  t.false(socket(t, stream, {}).connected)
  t.true(socket(t, stream, { connected: true }).connected)
})

test('NS-33: idle of a net.Socket', async (t) => {
  const { stream } = await plain(t, await tcp())
  const wrapped = socket(t, stream, {})
  const log = new Recorder(wrapped, ['idle'])
  wrapped.setIdle(20)
  await log.seen('idle', 3)
  t.is(wrapped.setKeepAlive(true, 1000), undefined)
})

test('NS-33: a connection of a plain net server', async (t) => {
  const address = await local(t)
  const server = net.createServer((stream) => socket(t, stream, {}).send('from', 'net'))
  t.teardown(() => server.close())
  await new Promise((resolve) => server.listen(address, resolve))
  const outbound = socket(t)
  const log = messages(outbound)
  outbound.connect(address.path)
  await log.seen('from')
  t.deepEqual(log.events, [['from', 'net']])
})

test('NS-33: the raw connection of our own server, once more (unlike the original)', async (t) => {
  const elsewhere = await local(t)
  const second = await serve(t, elsewhere)
  second.server.on('connection', (raw) => {
    const again = socket(t, raw, {})
    again.data('a', (data) => again.send('wrapped twice', data))
    again.send('ready')
  })
  const other = socket(t)
  const answers = messages(other)
  other.connect(elsewhere.path)
  await answers.seen('ready')
  const direct = messages(await second.accepted())
  other.send('a', 1)
  await answers.seen('wrapped twice')
  await direct.seen('a')
  t.deepEqual(direct.events, [['a', 1]])
})
