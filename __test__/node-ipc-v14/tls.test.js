'use strict'

const test = require('ava')
const { instance, start, connect } = require('./support')
const { file, read } = require('../common/certificates')
const { next, Recorder } = require('../common/events')
const { tcp } = require('../common/places')

const LIFE = ['connect', 'error', 'disconnect', 'destroy', 'answer']
const SERVER = { private: file('server.key'), public: file('server.pem') }
const CLIENT = { private: file('client.key'), public: file('client.pem') }
const TRUSTING = { trustedConnections: file('ca.pem') }

/** Server and client with TLS options of their own. */
async function secured(t, serverTls, clientTls, config) {
  const address = await tcp()
  const hub = instance(t, { tls: serverTls, ...config })
  const spoke = instance(t, { tls: clientTls, maxRetries: 0, ...config })
  const server = await start(hub, address)
  const client = connect(spoke, address)
  return { hub, spoke, server, client, log: new Recorder(client, LIFE) }
}

async function exchange({ server, client }) {
  server.on('m', (data, socket) => server.emit(socket, 'answer', data))
  const answered = next(client, 'answer')
  client.emit('m', { text: 'é€😀' })
  return (await answered)[0]
}

for (const parser of ['fast', 'guarded']) {
  test(`NI-55: the files named by the aliases are used, from a copy (${parser})`, async (t) => {
    const tls = { ...TRUSTING }
    const ends = await secured(t, { ...SERVER }, tls, { parser })
    t.deepEqual(await exchange(ends), { text: 'é€😀' })
    t.deepEqual(ends.log.types, ['connect', 'answer'])
    t.true(ends.client.socket.authorized)
    t.deepEqual(ends.spoke.config.tls, { ...TRUSTING })
    t.deepEqual(ends.hub.config.tls, { ...SERVER })
  })
}

test('NI-55: connect follows the handshake, a wrong CA is an error without it', async (t) => {
  const { log } = await secured(t, { ...SERVER }, { trustedConnections: [file('other-ca.pem')] })
  await log.seen('destroy')
  t.deepEqual(log.types, ['error', 'disconnect', 'destroy'])
  t.is(log.all('error')[0][0].code, 'UNABLE_TO_VERIFY_LEAF_SIGNATURE')
})

test('trusted connections join the authorities there are', async (t) => {
  const ends = await secured(
    t,
    { ...SERVER },
    { ca: read('ca.pem'), trustedConnections: file('other-ca.pem') }
  )
  t.deepEqual(await exchange(ends), { text: 'é€😀' })
})

test('a server that names authorities has its clients checked', async (t) => {
  const known = await secured(t, { ...SERVER, ...TRUSTING }, { ...TRUSTING, ...CLIENT })
  const accepted = next(known.server, 'connect')
  t.deepEqual(await exchange(known), { text: 'é€😀' })
  t.true((await accepted)[0].authorized)
  const unknown = await secured(t, { ...SERVER, ...TRUSTING }, { ...TRUSTING })
  await unknown.log.seen('destroy')
  t.is(unknown.log.count('error'), 1)
})

test('assured: mutual TLS', async (t) => {
  const verified = { ...TRUSTING, rejectUnauthorized: true }
  const ends = await secured(
    t,
    { ...SERVER, ...verified, requestCert: true },
    { ...CLIENT, ...verified },
    { parser: 'assured', allowedEvents: ['m', 'answer'] }
  )
  t.deepEqual(await exchange(ends), { text: 'é€😀' })
  t.throws(() => ends.client.emit('other'), { code: 'ERR_IPC_EVENT_NOT_ALLOWED' })
})

test('a file that is missing', (t) => {
  const ipc = instance(t, { tls: { ...TRUSTING, private: '/nowhere', public: file('server.pem') } })
  ipc.serveNet('127.0.0.1', 1)
  t.throws(() => ipc.server.start(), { code: 'ENOENT' })
  t.throws(() => ipc.connectToNet('world', '127.0.0.1', 1), { code: 'ENOENT' })
  t.is(ipc.of.world, undefined)
})
