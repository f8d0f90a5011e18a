'use strict'

const net = require('node:net')
const tls = require('node:tls')
const test = require('ava')
const { instance, start, serve, connect, connected } = require('./support')
const { file, read } = require('../common/certificates')
const { next, Recorder } = require('../common/events')
const { tcp } = require('../common/places')
const { dial, listen, settle } = require('../common/raw')

const LIFE = ['connect', 'error', 'disconnect', 'destroy']
const SERVER = { private: file('server.key'), public: file('server.pem') }
const TRUSTING = { trustedConnections: file('ca.pem') }
const DEMANDING = { ...SERVER, ...TRUSTING, requestCert: true, rejectUnauthorized: true }
const KNOWN = { ...TRUSTING, private: file('client.key'), public: file('client.pem') }

/** What a client publishes that tries twice: each time connected, refused, gone. */
async function refused(t, address, clientTls, code) {
  const client = connect(instance(t, { tls: clientTls }), address)
  const log = new Recorder(client, LIFE)
  client.emit('m', 'not for strangers')
  await log.seen('disconnect', 2)
  t.deepEqual(log.types.slice(0, 6), ['connect', 'error', 'disconnect', 'connect', 'error', 'disconnect'])
  for (const [error] of log.all('error').slice(0, 2)) {
    t.true(error instanceof Error)
    t.is(error.code, code, error.message)
  }
  return log
}

// Servers that a client has a reason not to trust: certificate, options of the client, code.
const UNTRUSTED = {
  'an expired certificate': ['expired.pem', TRUSTING, 'CERT_HAS_EXPIRED'],
  'a certificate that is not valid yet': ['early.pem', TRUSTING, 'CERT_NOT_YET_VALID'],
  'a certificate for another host': ['wrong-host.pem', TRUSTING, 'ERR_TLS_CERT_ALTNAME_INVALID'],
  'an unknown authority': ['stranger.pem', TRUSTING, 'UNABLE_TO_VERIFY_LEAF_SIGNATURE'],
  'an unknown authority that is sent along': ['chained-stranger.pem', TRUSTING, 'SELF_SIGNED_CERT_IN_CHAIN'],
  'a missing link to the authority': ['chain-missing.pem', TRUSTING, 'UNABLE_TO_VERIFY_LEAF_SIGNATURE'],
  'a chain to an unknown authority': [
    'chained.pem',
    { ca: read('other-ca.pem') },
    'UNABLE_TO_GET_ISSUER_CERT_LOCALLY'
  ],
  'an authority between that is trusted without its own': [
    'chained.pem',
    { ca: read('middle.pem') },
    'UNABLE_TO_GET_ISSUER_CERT'
  ],
  'a certificate signed by one that is no authority': ['by-server.pem', TRUSTING, 'INVALID_PURPOSE'],
  'an authority nobody has named': ['server.pem', {}, 'UNABLE_TO_VERIFY_LEAF_SIGNATURE'],
  'its own authority': ['self.pem', TRUSTING, 'DEPTH_ZERO_SELF_SIGNED_CERT', 'self.key'],
  'a certificate for clients': ['client.pem', TRUSTING, 'INVALID_PURPOSE', 'client.key']
}

for (const [title, [pem, clientTls, code, key = 'server.key']] of Object.entries(UNTRUSTED)) {
  for (const maxVersion of ['TLSv1.2', 'TLSv1.3']) {
    test(`a server with ${title} is not trusted: ${code} (${maxVersion})`, async (t) => {
      const address = await tcp()
      const own = { private: file(key), public: file(pem), maxVersion }
      const server = await start(instance(t, { tls: own }), address)
      const log = new Recorder(server, ['m', 'error'])
      const indifferent = { ...clientTls, rejectUnauthorized: false }
      const other = await connected(instance(t, { tls: indifferent }), address)
      const mine = new Recorder(other, LIFE)
      await refused(t, address, { ...clientTls }, code)
      // The others are served; what was meant for somebody else has not arrived.
      other.emit('m', 'others')
      await log.seen('m')
      t.deepEqual(
        log.all('m').map(([data]) => data),
        ['others']
      )
      t.deepEqual(mine.types, [])
    })
  }
}

// Clients that a server turns away: the options of the client, what it publishes on its first attempt.
const TURNED_AWAY = {
  'no certificate (TLS 1.3)': [{ ...TRUSTING }, 'ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED'],
  'no certificate (TLS 1.2)': [{ ...TRUSTING, maxVersion: 'TLSv1.2' }, /^ERR_SSL_\w+_ALERT_/],
  'a certificate of a stranger': [
    { ...TRUSTING, private: file('stranger-client.key'), public: file('stranger-client.pem') },
    undefined
  ],
  'an expired certificate': [
    { ...TRUSTING, private: file('client.key'), public: file('expired-client.pem') },
    undefined
  ],
  'a certificate for servers': [{ ...TRUSTING, ...SERVER }, undefined]
}

/** A server that asks for certificates, and a client it knows. */
async function demanding(t, options) {
  const address = await tcp()
  const server = await start(instance(t, { tls: { ...DEMANDING, ...options } }), address)
  const log = new Recorder(server, ['connect', 'm', 'error', 'socket.disconnected', 'close'])
  const failures = []
  server.server.on('tlsClientError', (error) => failures.push(error))
  const known = await connected(instance(t, { tls: { ...KNOWN } }), address)
  await log.seen('connect')
  /** It is served as if nothing had happened, and the server has published nothing of the others. */
  const undisturbed = async () => {
    known.emit('m', 1)
    await log.seen('m')
    t.deepEqual(log.types, ['connect', 'm'])
  }
  return { address, server, failures, undisturbed }
}

for (const [title, [clientTls, code]] of Object.entries(TURNED_AWAY)) {
  test(`a client with ${title} is turned away`, async (t) => {
    const { address, failures, undisturbed } = await demanding(t)
    const client = connect(instance(t, { tls: { ...clientTls } }), address)
    const log = new Recorder(client, LIFE)
    client.emit('m', 'from a stranger')
    await log.seen('disconnect', 2)
    const first = log.types.slice(0, log.types.indexOf('disconnect') + 1)
    if (code === undefined) {
      // It is told nothing: the stream ends, or was reset before that could be read.
      t.deepEqual(
        first.filter((type) => type !== 'error'),
        ['connect', 'disconnect']
      )
      for (const [error] of log.all('error')) t.true(['ECONNRESET', 'EPIPE'].includes(error.code), error.code)
    } else {
      t.deepEqual(first, ['connect', 'error', 'disconnect'])
      const [[error]] = log.all('error')
      if (code instanceof RegExp) t.regex(error.code, code)
      else t.is(error.code, code)
    }
    t.true(failures.length > 0)
    for (const error of failures) t.true(error instanceof Error && error.code.length > 0)
    await undisturbed()
  })
}

test('versions that do not meet: ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION', async (t) => {
  const { address, failures, undisturbed } = await demanding(t, { minVersion: 'TLSv1.3' })
  await refused(t, address, { ...KNOWN, maxVersion: 'TLSv1.2' }, 'ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION')
  t.is(failures[0].code, 'ERR_SSL_UNSUPPORTED_PROTOCOL')
  await undisturbed()
})

test('a plain client at a TLS server is turned away', async (t) => {
  const { address, failures, undisturbed } = await demanding(t)
  const peer = await dial(t, address)
  peer.socket.write('{"type":"m","data":"plain"}\f')
  await peer.close()
  t.is(failures.length, 1)
  t.regex(failures[0].code, /^ERR_SSL_/)
  await undisturbed()
})

test('garbage at a TLS server is turned away', async (t) => {
  const { address, failures, undisturbed } = await demanding(t)
  const peer = await dial(t, address)
  peer.socket.write(Buffer.alloc(4096, 0xa5))
  await peer.close()
  t.is(failures.length, 1)
  await undisturbed()
})

test('a client that leaves in the middle of the handshake', async (t) => {
  const { address, server, failures, undisturbed } = await demanding(t)
  const failed = next(server.server, 'tlsClientError')
  const peer = await dial(t, address)
  // The head of a ClientHello that announces more than comes.
  peer.socket.end(Buffer.from('160301020001000', 'hex'))
  const [error] = await failed
  t.is(error.code, 'ECONNRESET')
  t.is(failures.length, 1)
  await undisturbed()
})

test('half a handshake, then silence: the server does not wait for ever', async (t) => {
  const { address, server, undisturbed } = await demanding(t, { handshakeTimeout: 1000 })
  const failed = next(server.server, 'tlsClientError')
  const peer = await dial(t, address)
  peer.socket.write(Buffer.from('1603010200010001fc0303', 'hex'))
  await peer.close()
  t.is((await failed)[0].code, 'ERR_TLS_HANDSHAKE_TIMEOUT')
  await undisturbed()
})

test('many silent clients do not keep others out', async (t) => {
  const { address, server } = await demanding(t)
  for (let n = 0; n < 50; n++) await dial(t, address)
  const known = await connected(instance(t, { tls: { ...KNOWN } }), address)
  known.emit('m', 'late')
  t.is((await next(server, 'm'))[0], 'late')
  t.is(server.sockets.length, 2)
})

test('a client at a server that does not speak TLS: ERR_SSL_WRONG_VERSION_NUMBER', async (t) => {
  const address = await tcp()
  const server = net.createServer((socket) => {
    socket.on('error', () => {})
    socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')
  })
  t.teardown(() => server.close())
  await new Promise((resolve) => server.listen(address.port, address.host, resolve))
  await refused(t, address, { ...TRUSTING }, 'ERR_SSL_WRONG_VERSION_NUMBER')
})

test('a client at a server that hangs up: ECONNRESET', async (t) => {
  const address = await tcp()
  const server = net.createServer((socket) => {
    socket.on('error', () => {})
    socket.once('data', () => socket.end())
  })
  t.teardown(() => server.close())
  await new Promise((resolve) => server.listen(address.port, address.host, resolve))
  const log = await refused(t, address, { ...TRUSTING }, 'ECONNRESET')
  t.regex(log.all('error')[0][0].message, /before secure TLS connection was established/)
})

test('a client at a server that falls silent: ERR_TLS_HANDSHAKE_TIMEOUT', async (t) => {
  const address = await tcp()
  await listen(t, address)
  await refused(t, address, { ...TRUSTING, handshakeTimeout: 100 }, 'ERR_TLS_HANDSHAKE_TIMEOUT')
})

test('a client at a server that falls silent can be given up at any time', async (t) => {
  const address = await tcp()
  const server = await listen(t, address)
  const ipc = instance(t, { tls: { ...TRUSTING } })
  const client = connect(ipc, address)
  const log = new Recorder(client, LIFE)
  await log.seen('connect')
  const peer = await server.accepted()
  ipc.disconnect('server')
  await peer.close()
  await log.seen('destroy')
  t.deepEqual(log.types, ['connect', 'disconnect', 'destroy'])
})

test('nothing listens: no connect, ECONNREFUSED', async (t) => {
  const address = await tcp()
  const client = connect(instance(t, { tls: { ...TRUSTING }, maxRetries: 1 }), address)
  const log = new Recorder(client, LIFE)
  await log.seen('destroy')
  t.deepEqual(log.types, ['error', 'disconnect', 'error', 'disconnect', 'destroy'])
  t.is(log.all('error')[0][0].code, 'ECONNREFUSED')
})

test('an established connection that is damaged fails by itself', async (t) => {
  const address = await tcp()
  const server = await start(instance(t, { tls: { ...SERVER } }), address)
  const log = new Recorder(server, ['connect', 'm', 'error', 'socket.disconnected', 'close'])
  // What is between them passes everything on, and then adds a record that neither has written.
  const { port } = await tcp()
  const between = net.createServer((socket) => {
    const onward = net.connect(address)
    socket.pipe(onward).pipe(socket)
    for (const end of [socket, onward]) end.on('error', () => {})
    between.damage = () => onward.write(Buffer.from(`1703030020${'00'.repeat(32)}`, 'hex'))
  })
  t.teardown(() => between.close())
  await new Promise((resolve) => between.listen(port, resolve))
  const secure = tls.connect({ host: '127.0.0.1', port, ca: read('ca.pem') })
  t.teardown(() => secure.destroy())
  secure.on('error', () => {})
  await log.seen('connect')
  between.damage()
  await log.seen('close')
  t.deepEqual(log.types, ['connect', 'error', 'socket.disconnected', 'close'])
  t.is(log.all('error')[0][0].code, 'ERR_SSL_DECRYPTION_FAILED_OR_BAD_RECORD_MAC')
  t.deepEqual(log.all('close'), [[true]])
})

// What cannot be used is thrown before anything happens.
const MISTAKES = {
  'a key of another certificate': [
    { key: read('client.key'), cert: read('server.pem') },
    'ERR_OSSL_X509_KEY_VALUES_MISMATCH'
  ],
  'a certificate that is none': [{ key: read('server.key'), cert: 'text' }, 'ERR_OSSL_PEM_NO_START_LINE'],
  'a key that is none': [{ key: 'text', cert: read('server.pem') }, undefined],
  'a wrong passphrase': [
    { key: read('encrypted.key'), cert: read('server.pem'), passphrase: 'wrong' },
    'ERR_OSSL_BAD_DECRYPT'
  ],
  'a passphrase that is missing': [{ key: read('encrypted.key'), cert: read('server.pem') }, undefined]
}

for (const [title, [options, code]] of Object.entries(MISTAKES)) {
  test(`${title} is thrown by start and by connectToNet`, async (t) => {
    const address = await tcp()
    const server = serve(instance(t, { tls: { ...options } }), address)
    const thrown = t.throws(() => server.start())
    t.throws(() => connect(instance(t, { tls: { ...options } }), address))
    if (code) t.is(thrown.code, code)
    await settle()
    t.false(server.server.listening)
  })
}

const UNAVAILABLE = {
  pfx: Buffer.alloc(1),
  ciphers: 'AES128-SHA',
  secureProtocol: 'TLSv1_method',
  minVersion: 'TLSv1.1',
  maxVersion: 'TLSv1',
  crl: 'text',
  ecdhCurve: 'P-521',
  SNICallback: () => {},
  pskCallback: () => {}
}

for (const [option, value] of Object.entries(UNAVAILABLE)) {
  test(`the option ${option} is not available, and the error says so`, async (t) => {
    const address = await tcp()
    const expected = { code: 'ERR_IPC_UNSUPPORTED_TLS_OPTION', message: new RegExp(`"${option}".*: `) }
    const server = serve(instance(t, { tls: { ...SERVER, [option]: value } }), address)
    t.is(t.throws(() => server.start(), expected).option, option)
    t.throws(() => connect(instance(t, { tls: { ...TRUSTING, [option]: value } }), address), expected)
  })
}
