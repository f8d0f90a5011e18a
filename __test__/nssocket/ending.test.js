'use strict'

const net = require('node:net')
const test = require('ava')
const { pair, connected, messages } = require('./support')
const { next, Recorder } = require('../common/events')
const { listen, settle } = require('../common/raw')
const { eachTransport, tcp } = require('../common/places')

const TYPES = ['start', 'close', 'error', 'destroy']

eachTransport(test, 'NS-22: the peer ends: close without arguments', async (t, address) => {
  const { outbound, inbound } = await pair(t, address)
  const log = new Recorder(outbound, TYPES)
  inbound.end()
  await log.seen('close')
  t.deepEqual(log.events, [['close']])
  t.false(outbound.connected)
  t.truthy(outbound.socket)
})

eachTransport(test, 'NS-22: a client ends: close without arguments at the server', async (t, address) => {
  const { outbound, inbound } = await pair(t, address)
  const log = new Recorder(inbound, TYPES)
  outbound.end()
  await log.seen('close')
  t.deepEqual(log.events, [['close']])
  t.false(inbound.connected)
  t.truthy(inbound.socket)
})

test('NS-22: the peer resets: error, then close(true, undefined)', async (t) => {
  const address = await tcp()
  const server = await listen(t, address)
  const outbound = await connected(t, address)
  const log = new Recorder()
  // Added after connect: those the original calls too.
  for (const type of TYPES) outbound.on(type, (...args) => log.add(type, ...args))
  ;(await server.accepted()).socket.resetAndDestroy()
  await log.seen('close')
  t.deepEqual(log.types, ['error', 'close'])
  t.is(log.all('error')[0][0].code, 'ECONNRESET')
  t.deepEqual(log.all('close'), [[true, undefined]])
})

eachTransport(
  test,
  'NS-23: end: socket is null, close follows, once more is harmless',
  async (t, address) => {
    const { outbound, inbound } = await pair(t, address)
    const log = new Recorder(outbound, TYPES)
    t.is(outbound.end(), undefined)
    t.is(outbound.socket, null)
    t.false(outbound.connected)
    t.is(log.events.length, 0)
    t.is(outbound.end(), undefined)
    await log.seen('close')
    outbound.end()
    await settle()
    t.deepEqual(log.events, [['close']])
    t.is(outbound.socket, null)
    t.false(inbound.connected)
  }
)

eachTransport(test, 'NS-23: what the peer still sends after end is delivered', async (t, address) => {
  const server = net.createServer({ allowHalfOpen: true }, (peer) => {
    peer.resume()
    peer.on('end', () => peer.end('["late",1]\n'))
  })
  t.teardown(() => server.close())
  await new Promise((resolve) => server.listen(address, resolve))
  const outbound = await connected(t, address)
  const log = messages(outbound)
  outbound.on('close', (...args) => log.add('close', ...args))
  outbound.end()
  await log.seen('close')
  t.deepEqual(log.events, [['late', 1], ['close']])
})

eachTransport(test, 'NS-24: destroy: one destroy, no close, no listeners', async (t, address) => {
  const { outbound, inbound } = await pair(t, address)
  const log = new Recorder(outbound, [...TYPES, 'data::**'])
  const other = next(inbound, 'close')
  t.is(outbound.destroy(), undefined)
  t.deepEqual(log.events, [['destroy']])
  await other
  await settle()
  t.deepEqual(log.events, [['destroy']])
  for (const type of TYPES) t.deepEqual(outbound.listeners(type), [])
  t.true(outbound.socket.destroyed)
})

eachTransport(test, 'NS-24: listeners of any event stay', async (t, address) => {
  const { outbound } = await pair(t, address)
  const log = new Recorder()
  outbound.onAny(() => log.add(outbound.event))
  outbound.destroy()
  await log.seen('close')
  t.deepEqual(log.types, ['destroy', 'close'])
})

eachTransport(
  test,
  'NS-24: destroy leaves the method `data` alone (unlike the original: ruling 12)',
  async (t, address) => {
    const { outbound } = await pair(t, address)
    outbound.destroy()
    t.is(typeof outbound.data, 'function')
  }
)

eachTransport(test, 'CM-4: `socket` is one object for the life of a connection', async (t, address) => {
  const { outbound, inbound } = await pair(t, address)
  for (const end of [outbound, inbound]) {
    const { socket } = end
    socket.mark = 'mine'
    const seen = messages(end)
    ;(end === outbound ? inbound : outbound).send('a')
    await seen.seen('a')
    t.is(end.socket, socket)
    t.is(new Map([[socket, 1]]).get(end.socket), 1)
  }
  const closed = next(inbound, 'close')
  outbound.end()
  await closed
  t.is(inbound.socket.mark, 'mine')
})

eachTransport(test, '`socket` has what programs read of a net.Socket', async (t, address) => {
  const { outbound, inbound } = await pair(t, address)
  const log = messages(inbound)
  const chunks = new Recorder()
  inbound.socket.on('data', (chunk) => chunks.add('data', Buffer.isBuffer(chunk), String(chunk)))
  outbound.send('a', 1)
  await log.seen('a')
  await chunks.seen('data')
  t.deepEqual(chunks.events, [['data', true, '["a",1]\n']])
  t.is(outbound.socket.bytesWritten, 8)
  t.is(inbound.socket.bytesRead, 8)
  t.false(outbound.socket.destroyed)
  if (address.port) {
    t.is(outbound.socket.remotePort, address.port)
    t.is(outbound.socket.remoteAddress, '127.0.0.1')
    t.deepEqual(inbound.socket.address(), { address: '127.0.0.1', family: 'IPv4', port: address.port })
    t.is(inbound.socket.remotePort, outbound.socket.localPort)
  }
  outbound.socket.setNoDelay(true)
  t.is(outbound.setKeepAlive(true, 1000), undefined)
  outbound.socket.write('["raw",2]\n')
  await log.seen('raw')
  t.deepEqual(log.all('raw'), [[2]])
})
