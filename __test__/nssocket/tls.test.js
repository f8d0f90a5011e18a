'use strict'

const fs = require('node:fs')
const net = require('node:net')
const path = require('node:path')
const tls = require('node:tls')
const test = require('ava')
const { root, at, socket, serve, messages } = require('./support')
const { next, Recorder } = require('../common/events')
const { local, tcp } = require('../common/places')
const { run } = require('../common/processes')
const { settle } = require('../common/raw')

const PROGRAM = path.join(__dirname, 'programs', 'end.js')
const file = (name) => fs.readFileSync(path.join(__dirname, 'certificates', name), 'utf8')

const ca = file('authority.crt')
const SERVER = { type: 'tls', key: file('server.key'), cert: file('server.crt') }
const MUTUAL = { ...SERVER, ca, requestCert: true, rejectUnauthorized: true }
const CLIENT = { type: 'tls', ca, key: file('client.key'), cert: file('client.crt') }
const INTRUDER = { type: 'tls', ca, key: file('intruder.key'), cert: file('intruder.crt') }

/** A client that records what happens to it. */
function client(t, options) {
  const outbound = socket(t, options)
  const log = messages(outbound)
  for (const type of ['start', 'error', 'close']) outbound.on(type, (...args) => log.add(type, ...args))
  return { outbound, log }
}

for (const [transport, place] of Object.entries({ TCP: tcp, local })) {
  // A certificate names hosts; a local path has none of its own.
  const names = transport === 'local' ? { servername: 'localhost' } : {}

  test(`NS-35: server and client exchange events, start after the handshake (${transport}, unlike the original: ruling 16)`, async (t) => {
    const address = await place(t)
    const { server, accepted } = await serve(t, address, { ...SERVER })
    t.true(server instanceof tls.Server)
    const secured = next(server, 'secureConnection')
    const { outbound, log } = client(t, { type: 'tls', ca, ...names })
    outbound.connect(...at(address), () => log.add('callback', outbound.socket.authorized))
    t.true(outbound.connected)
    outbound.send('early::é', { n: 1 })
    const inbound = await accepted()
    const there = messages(inbound)
    t.true(inbound.connected)
    t.is(inbound.socket, (await secured)[0])
    await there.seen('early é')
    inbound.send(['an', 'answer'], [1, '€'])
    await log.seen('an answer 1')
    t.deepEqual(log.events, [['start'], ['callback', true], ['an answer 1', '€']])
    t.deepEqual(there.events, [['early é', { n: 1 }]])
    t.true(outbound.socket.encrypted)
    t.is(outbound.socket.getPeerCertificate().subject.CN, 'napi-ipc test server')
    const big = 'é€'.repeat(1 << 19)
    outbound.send('big', big)
    await there.seen('big')
    t.true(there.all('big')[0][0] === big)
    inbound.on('close', (...args) => there.add('close', ...args))
    outbound.end()
    await there.seen('close')
    await log.seen('close')
    t.deepEqual(log.all('close'), [[]])
    t.deepEqual(there.all('close'), [[]])
  })
}

test('NS-35: mutual certificates (unlike the original: ruling 16)', async (t) => {
  const address = await tcp()
  const { server, accepted, sockets } = await serve(t, address, { ...MUTUAL })
  const { outbound, log } = client(t, CLIENT)
  outbound.connect(...at(address))
  await log.seen('start')
  const inbound = await accepted()
  t.true(inbound.socket.authorized)
  t.is(inbound.socket.getPeerCertificate().subject.CN, 'napi-ipc test client')

  for (const options of [{ type: 'tls', ca }, INTRUDER]) {
    const refused = next(server, 'tlsClientError')
    const stranger = client(t, options)
    stranger.outbound.connect(...at(address))
    // With TLS 1.3 the client's handshake is over before the server has seen its certificate.
    await stranger.log.seen('close')
    t.false(stranger.outbound.connected)
    await refused
  }
  t.is(sockets.length, 1)
  inbound.send('still', 'here')
  await log.seen('still')
})

test('NS-35: a server nobody vouches for is an error, unless that is allowed (unlike the original: ruling 16)', async (t) => {
  const address = await tcp()
  await serve(t, address, { ...SERVER })
  for (const options of [{ type: 'tls' }, { type: 'tls', ca: file('stranger.crt') }]) {
    const { outbound, log } = client(t, options)
    outbound.connect(...at(address))
    await log.seen('close')
    t.deepEqual(log.types, ['error', 'close'])
    t.true(log.all('error')[0][0] instanceof Error)
    t.deepEqual(log.all('close'), [[true, undefined]])
    t.false(outbound.connected)
  }
  const { outbound, log } = client(t, { type: 'tls', rejectUnauthorized: false })
  outbound.connect(...at(address))
  await log.seen('start')
  t.false(outbound.socket.authorized)
  t.truthy(outbound.socket.authorizationError)
})

test('NS-35: a certificate for another host is an error (unlike the original: ruling 16)', async (t) => {
  const address = await tcp()
  await serve(t, address, { ...SERVER })
  const { outbound, log } = client(t, { type: 'tls', ca, servername: 'elsewhere.example' })
  outbound.connect(...at(address))
  await log.seen('close')
  t.is(log.all('error')[0][0].code, 'ERR_TLS_CERT_ALTNAME_INVALID')
})

test('NS-35: refused, and a peer that does not speak TLS (unlike the original: ruling 16)', async (t) => {
  const address = await tcp()
  const refused = client(t, { type: 'tls', ca })
  refused.outbound.connect(...at(address))
  await refused.log.seen('close')
  t.deepEqual(refused.log.types, ['error', 'close'])
  t.is(refused.log.all('error')[0][0].code, 'ECONNREFUSED')

  const server = net.createServer((peer) => peer.end('["not","tls"]\n'))
  t.teardown(() => server.close())
  await new Promise((resolve) => server.listen(address.port, address.host, resolve))
  const { outbound, log } = client(t, { type: 'tls', ca })
  outbound.connect(...at(address))
  await log.seen('close')
  t.deepEqual(log.types, ['error', 'close'])
})

test('NS-35: a client that does not speak TLS does not reach the listener', async (t) => {
  const address = await tcp()
  const { server, sockets } = await serve(t, address, { ...SERVER })
  const failed = next(server, 'tlsClientError')
  const peer = net.connect(address)
  peer.on('error', () => {})
  peer.write('["not","tls"]\n')
  await failed
  peer.destroy()
  t.is(sockets.length, 0)
})

test('NS-35: destroy while the handshake goes on (unlike the original: ruling 16)', async (t) => {
  // Accepts, and never says a word of TLS.
  const server = net.createServer((peer) => peer.on('error', () => {}))
  t.teardown(() => server.close())
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address()
  for (const reconnect of [true, false]) {
    const { outbound, log } = client(t, { type: 'tls', ca, reconnect, retryInterval: 5 })
    outbound.connect(port, '127.0.0.1')
    await new Promise((resolve) => server.once('connection', resolve))
    outbound.destroy()
    await settle()
    t.deepEqual(log.types, [])
    t.true(outbound.socket.destroyed)
  }
})

test('NS-35: setKeepAlive, idle and setNoDelay (unlike the original: rulings 16, 19)', async (t) => {
  const address = await tcp()
  const { accepted } = await serve(t, address, { ...SERVER })
  const { outbound, log } = client(t, { type: 'tls', ca })
  outbound.setIdle(20)
  outbound.setKeepAlive(true)
  outbound.connect(...at(address))
  await log.seen('start')
  t.is(outbound.setKeepAlive(true, 1000), undefined)
  t.is((await accepted()).setKeepAlive(true, 1000), undefined)
  const idle = new Recorder(outbound, ['idle'])
  await idle.seen('idle', 2)
})

test('NS-35: a wrapped TLSSocket (unlike the original: ruling 16)', async (t) => {
  const address = await tcp()
  const { accepted } = await serve(t, address, { ...SERVER })
  const stream = tls.connect({ ...address, ca })
  const wrapped = socket(t, stream, { type: 'tls' })
  await next(wrapped, 'start')
  const log = messages(wrapped)
  ;(await accepted()).send('a', 1)
  await log.seen('a')
  t.is(wrapped.socket, stream)
  wrapped.send('b', 2)
  const there = messages(await accepted())
  await there.seen('b')
})

test.serial(
  'NS-35: mutual TLS survives that the server process is killed (unlike the original: ruling 16)',
  async (t) => {
    const address = await tcp()
    const settings = MUTUAL
    const first = run(t, PROGRAM, { role: 'server', address, settings })
    await first.report('ready')
    const options = {
      ...CLIENT,
      reconnect: true,
      retryInterval: 20,
      maxRetries: 10000,
      backoff: { factor: 1 }
    }
    const { outbound, log } = client(t, options)
    outbound.connect(...at(address))
    await log.seen('start')
    outbound.send('question', 1)
    t.deepEqual(await first.report('data'), [['question'], 1])
    await first.tell('send', 'answer', 1)
    await log.seen('answer')
    const before = outbound.socket
    await first.kill()
    await log.seen('close')
    const second = run(t, PROGRAM, { role: 'server', address, settings })
    await log.seen('start', 2)
    t.not(outbound.socket, before)
    t.true(outbound.socket.authorized)
    outbound.send('question', 2)
    t.deepEqual(await second.report('data'), [['question'], 2])
    await second.tell('send', 'answer', 2)
    await log.seen('answer', 2)
    t.deepEqual(log.all('answer'), [[1], [2]])
  }
)

test('NS-35: nobody listens for errors while it retries (unlike the original: rulings 9, 16)', async (t) => {
  const address = await tcp()
  const outbound = new root.NsSocket({ type: 'tls', ca, reconnect: true, retryInterval: 2 })
  t.teardown(() => outbound.destroy())
  const log = new Recorder(outbound, ['close', 'start'])
  outbound.connect(...at(address))
  await log.seen('close', 2)
  await serve(t, address, { ...SERVER })
  await log.seen('start')
  t.true(outbound.connected)
})
