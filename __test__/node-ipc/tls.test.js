'use strict'

const fs = require('node:fs')
const path = require('node:path')
const test = require('ava')
const { instance, start, serve, connect, connected, pair } = require('./support')
const { file, read } = require('../common/certificates')
const { next, Recorder } = require('../common/events')
const { directory, tcp } = require('../common/places')
const { run } = require('../common/processes')

const LIFE = ['connect', 'error', 'disconnect', 'destroy', 'answer']
const SERVER = { private: file('server.key'), public: file('server.pem') }
const TRUSTING = { trustedConnections: file('ca.pem') }
const VERSIONS = ['TLSv1.2', 'TLSv1.3']

/** Server and client with TLS options of their own. */
async function secured(t, serverTls, clientTls, config) {
  const address = await tcp()
  const hub = instance(t, { tls: serverTls, ...config })
  const spoke = instance(t, { tls: clientTls, ...config })
  const server = await start(hub, address)
  const accepted = next(server, 'connect')
  const client = connect(spoke, address)
  return { address, hub, spoke, server, client, accepted }
}

/** One message there and one back. */
async function exchange(server, client, data = { text: 'é€😀' }) {
  const there = next(server, 'm')
  const back = next(client, 'answer')
  client.emit('m', data)
  const [received, socket] = await there
  server.emit(socket, 'answer', received)
  const [answer] = await back
  return { socket, answer }
}

for (const version of VERSIONS) {
  test(`NI-55: the files named by the aliases are used (${version})`, async (t) => {
    const { server, client, hub, spoke } = await secured(
      t,
      { ...SERVER, maxVersion: version },
      { ...TRUSTING }
    )
    const log = new Recorder(client, LIFE)
    const { socket, answer } = await exchange(server, client)
    t.deepEqual(answer, { text: 'é€😀' })
    t.is(client.socket.getProtocol(), version)
    t.true(client.socket.encrypted && socket.encrypted)
    t.true(client.socket.authorized)
    t.is(client.socket.authorizationError, null)
    t.false(socket.authorized)
    t.deepEqual(log.types, ['connect', 'answer'])

    t.deepEqual(hub.config.tls.key, read('server.key'))
    t.deepEqual(hub.config.tls.cert, read('server.pem'))
    t.deepEqual(spoke.config.tls.ca, [read('ca.pem')])
    t.deepEqual(spoke.config.tls.trustedConnections, [file('ca.pem')])
    t.is(spoke.config.tls.host, '127.0.0.1')
    t.is(spoke.config.tls.port, client.port)
  })

  test(`NI-55: certificates on both sides (${version})`, async (t) => {
    const demanding = {
      ...SERVER,
      ...TRUSTING,
      requestCert: true,
      rejectUnauthorized: true,
      minVersion: version
    }
    const known = {
      ...TRUSTING,
      private: file('client.key'),
      public: file('client.pem'),
      maxVersion: version
    }
    const { server, client, accepted } = await secured(t, demanding, known)
    const [socket] = await accepted
    t.true(socket.authorized)
    t.is(socket.getPeerCertificate().subject.CN, 'client')
    const { answer } = await exchange(server, client, 1)
    t.is(answer, 1)
  })
}

test('NI-55: connect precedes the handshake, and what was emitted is sent after it', async (t) => {
  const { server, client } = await secured(t, { ...SERVER }, { ...TRUSTING })
  const log = new Recorder()
  client.on('connect', () => {
    log.add('connect', client.socket.getProtocol())
    client.emit('m', 1)
  })
  client.socket.on('secureConnect', () => log.add('secure', client.socket.getProtocol()))
  const [data] = await next(server, 'm')
  t.is(data, 1)
  t.deepEqual(log.events, [
    ['connect', null],
    ['secure', 'TLSv1.3']
  ])
})

test('what was emitted before connect is sent after the handshake, in order', async (t) => {
  const { server, client } = await secured(t, { ...SERVER }, { ...TRUSTING })
  const log = new Recorder(server, ['m'])
  for (let n = 0; n < 100; n++) client.emit('m', n)
  await log.seen('m', 100)
  t.deepEqual(
    log.all('m').map(([n]) => n),
    Array.from({ length: 100 }, (_, n) => n)
  )
})

test('large messages pass both ways', async (t) => {
  const { server, client } = await secured(t, { ...SERVER }, { ...TRUSTING })
  const text = 'é'.repeat(3 << 20)
  const { answer } = await exchange(server, client, text)
  t.true(answer === text)
})

test('broadcast reaches every secure client once', async (t) => {
  const { address, server, client } = await secured(t, { ...SERVER }, { ...TRUSTING })
  const log = new Recorder()
  log.follow(client, ['news'])
  const others = new Recorder(server, ['connect'])
  await others.seen('connect')
  for (let n = 0; n < 4; n++) {
    log.follow(await connected(instance(t, { tls: { ...TRUSTING } }), address), ['news'])
  }
  await others.seen('connect', 5)
  server.broadcast('news', 'x'.repeat(100000))
  await log.seen('news', 5)
  t.is(log.count('news'), 5)
})

test('raw mode by TLS: all bytes pass', async (t) => {
  const { server, client } = await secured(
    t,
    { ...SERVER },
    { ...TRUSTING },
    { rawBuffer: true, encoding: 'hex' }
  )
  const bytes = Buffer.from(Array.from({ length: 256 }, (_, n) => n))
  const got = next(server, 'data')
  client.emit(bytes)
  t.deepEqual((await got)[0], bytes)
})

test('a certificate that is its own authority is trusted if it is named as such', async (t) => {
  for (const pem of ['self.pem', 'v1.pem']) {
    const own = { key: read('self.key'), cert: read(pem) }
    for (const version of VERSIONS) {
      const trusting = { ca: read(pem), servername: 'localhost', maxVersion: version }
      const { server, client } = await secured(t, { ...own }, trusting)
      const { answer } = await exchange(server, client, pem)
      t.is(answer, pem)
      t.true(client.socket.authorized)
    }
  }
})

test('a server sends what stands between it and an authority', async (t) => {
  const chained = { private: file('server.key'), public: file('chained.pem') }
  const { server, client } = await secured(t, chained, { ...TRUSTING })
  await exchange(server, client)
  const certificate = client.socket.getPeerCertificate(true)
  t.is(certificate.issuerCertificate.subject.CN, 'middle')
})

test('rejectUnauthorized: false connects to a stranger and says why it is one', async (t) => {
  const stranger = { private: file('server.key'), public: file('stranger.pem') }
  const { server, client } = await secured(t, stranger, { ...TRUSTING, rejectUnauthorized: false })
  await exchange(server, client)
  t.false(client.socket.authorized)
  t.is(client.socket.authorizationError, 'UNABLE_TO_VERIFY_LEAF_SIGNATURE')
})

test('a server with rejectUnauthorized: false takes clients without and with a bad certificate', async (t) => {
  const asking = { ...SERVER, ...TRUSTING, requestCert: true, rejectUnauthorized: false }
  const bad = { private: file('stranger-client.key'), public: file('stranger-client.pem') }
  for (const [tls, code] of [
    [{ ...TRUSTING }, 'UNABLE_TO_GET_ISSUER_CERT'],
    [{ ...TRUSTING, ...bad }, 'UNABLE_TO_VERIFY_LEAF_SIGNATURE']
  ]) {
    const { accepted } = await secured(t, { ...asking }, tls)
    const [socket] = await accepted
    t.false(socket.authorized)
    t.is(socket.authorizationError, code)
  }
})

test('the peer certificate has the fields of node:tls', async (t) => {
  const { server, client } = await secured(t, { ...SERVER }, { ...TRUSTING })
  await exchange(server, client)
  const { raw, ...certificate } = client.socket.getPeerCertificate()
  const { X509Certificate } = require('node:crypto')
  const expected = new X509Certificate(read('server.pem'))
  t.deepEqual(raw, expected.raw)
  t.is(certificate.subject.CN, 'localhost')
  t.is(certificate.issuer.CN, 'test root')
  t.is(certificate.fingerprint256, expected.fingerprint256)
  t.is(certificate.fingerprint, expected.fingerprint)
  t.is(certificate.serialNumber, expected.serialNumber)
  t.is(certificate.subjectaltname, expected.subjectAltName)
  t.is(certificate.valid_from, expected.validFrom)
  t.is(certificate.valid_to, expected.validTo)
  t.is(client.socket.getPeerX509Certificate().fingerprint256, expected.fingerprint256)
})

test('both ends agree on a protocol, a name and a cipher suite', async (t) => {
  const speaking = { ...SERVER, ALPNProtocols: ['two', 'one'] }
  const { client, accepted } = await secured(t, speaking, {
    ...TRUSTING,
    ALPNProtocols: ['one', 'two'],
    servername: 'localhost',
    maxVersion: 'TLSv1.2'
  })
  const [socket] = await accepted
  if (!client.socket.alpnProtocol) await next(client.socket, 'secureConnect')
  t.is(client.socket.alpnProtocol, 'two')
  t.is(socket.alpnProtocol, 'two')
  t.is(socket.servername, 'localhost')
  t.regex(client.socket.getCipher().name, /^ECDHE-ECDSA-/)
  t.is(socket.getCipher().name, client.socket.getCipher().name)
})

for (const key of ['encrypted.key', 'encrypted-old.key']) {
  test(`a key with a passphrase (${key})`, async (t) => {
    const locked = { key: read(key), cert: read('server.pem'), passphrase: 'secret' }
    const { server, client } = await secured(t, locked, { ...TRUSTING })
    const { answer } = await exchange(server, client, 1)
    t.is(answer, 1)
  })
}

test('several keys and certificates in any order, strings and buffers', async (t) => {
  const both = {
    key: [read('self.key'), String(read('server.key'))],
    cert: [read('server.pem'), read('self.pem')]
  }
  const { server, client } = await secured(t, both, { ca: [String(read('ca.pem')), read('other-ca.pem')] })
  const { answer } = await exchange(server, client, 1)
  t.is(answer, 1)
})

test('a certificate that the program itself looks at', async (t) => {
  const seen = []
  const checkServerIdentity = (host, { subject }) => void seen.push([host, subject.CN])
  const elsewhere = { private: file('server.key'), public: file('wrong-host.pem') }
  const { server, client } = await secured(t, elsewhere, { ...TRUSTING, checkServerIdentity })
  await exchange(server, client)
  t.deepEqual(seen, [['127.0.0.1', 'localhost']])
})

test('local sockets do not use TLS, whatever the config says', async (t) => {
  const tls = { ...SERVER, ...TRUSTING }
  const { socket, client } = await pair(t, { path: path.join(directory(t), 's') }, { tls })
  t.false(client.socket.encrypted)
  t.false(socket.encrypted)
})

test('config.interface is used for TLS connections', async (t) => {
  const address = await tcp()
  const server = await start(instance(t, { tls: { ...SERVER } }), address)
  const accepted = next(server, 'connect')
  const looked = []
  const lookup = (host, options, callback) => {
    looked.push(host)
    callback(null, [{ address: '127.0.0.1', family: 4 }])
  }
  const ipc = instance(t, {
    tls: { ...TRUSTING },
    interface: { lookup, localAddress: '127.0.0.2', family: false }
  })
  const client = connect(ipc, { host: 'localhost', port: address.port })
  const [socket] = await accepted
  t.deepEqual(looked, ['localhost'])
  t.is(socket.remoteAddress, '127.0.0.2')
  t.is(ipc.config.tls.localAddress, '127.0.0.2')
  t.is(client.socket.remoteAddress, '127.0.0.1')
})

test('ruling 17: a server without a certificate makes one and says so', async (t) => {
  const program = run(t, path.join(__dirname, 'programs', 'self-signed.js'))
  const reports = await program.success()
  t.deepEqual(
    reports.map(([type]) => type),
    ['refused', 'trusted', 'warning']
  )
  t.is(reports[0][1], 'DEPTH_ZERO_SELF_SIGNED_CERT')
  t.is(reports[2][1], 'NAPI_IPC_SELF_SIGNED')
})

test('a file that is not there is thrown', async (t) => {
  const address = await tcp()
  const missing = path.join(directory(t), 'missing.pem')
  const ipc = instance(t, { tls: { private: missing } })
  t.throws(() => connect(ipc, address), { code: 'ENOENT' })
  const server = serve(instance(t, { tls: { ...SERVER, trustedConnections: [missing] } }), address)
  t.throws(() => server.start(), { code: 'ENOENT' })
})

test('a file that goes away is a failed attempt, and the retries go on', async (t) => {
  const folder = directory(t)
  const address = await tcp()
  const trusted = path.join(folder, 'ca.pem')
  fs.copyFileSync(file('ca.pem'), trusted)
  const server = await start(instance(t, { tls: { ...SERVER } }), address)
  const client = connect(instance(t, { tls: { trustedConnections: trusted } }), address)
  const log = new Recorder(client, LIFE)
  const [socket] = await next(server, 'connect')
  fs.rmSync(trusted)
  socket.destroy()
  await log.seen('error', 2)
  t.is(log.all('error')[0][0].code, 'ENOENT')
  fs.copyFileSync(file('ca.pem'), trusted)
  await log.seen('connect', 2)
  t.deepEqual(log.types.slice(0, 5), ['connect', 'disconnect', 'error', 'disconnect', 'error'])
})

test('dhparam is read, warned of, and has no effect', async (t) => {
  const warned = new Promise((resolve) => {
    process.on('warning', (warning) => warning.code === 'NAPI_IPC_DHPARAM_IGNORED' && resolve())
  })
  const { server, client, hub } = await secured(t, { ...SERVER, dhparam: file('ca.pem') }, { ...TRUSTING })
  await exchange(server, client)
  await warned
  t.deepEqual(hub.config.tls.dhparam, read('ca.pem'))
})

test('the connections of a server that is stopped go on, and a new one takes its place', async (t) => {
  const { server, client, accepted } = await secured(t, { ...SERVER }, { ...TRUSTING })
  await accepted
  server.stop()
  const { answer } = await exchange(server, client, 1)
  t.is(answer, 1)
  const started = next(server, 'start')
  server.start()
  await started
})

const PARTINGS = {
  'destroy()': (socket) => socket.destroy(),
  'end()': (socket) => socket.end()
}

for (const [name, part] of Object.entries(PARTINGS)) {
  test(`what either end sent before ${name} arrives`, async (t) => {
    const numbers = Array.from({ length: 200 }, (_, n) => n)
    for (const direction of ['client', 'server']) {
      const { server, client } = await secured(t, { ...SERVER }, { ...TRUSTING }, { stopRetrying: true })
      const { socket } = await exchange(server, client, 'before')
      const [sender, receiver, own] =
        direction === 'client'
          ? [(n) => client.emit('m', n), server, client.socket]
          : [(n) => server.emit(socket, 'm', n), client, socket]
      const last = direction === 'client' ? 'close' : 'disconnect'
      const log = new Recorder(receiver, ['m', 'error', last])
      for (const n of numbers) sender(n)
      part(own)
      await log.seen(last)
      t.deepEqual(
        log.events.map(([type, data]) => (type === 'm' ? data : type)),
        [...numbers, last]
      )
    }
  })
}

test('what was emitted before process.exit() arrives', async (t) => {
  const address = await tcp()
  const server = await start(instance(t, { tls: { ...SERVER } }), address)
  const log = new Recorder(server, ['m', 'error', 'close'])
  const program = run(t, path.join(__dirname, 'programs', 'tls-exit.js'), {
    address,
    ca: file('ca.pem'),
    count: 1000
  })
  await program.success()
  await log.seen('close')
  t.is(log.count('m'), 1000)
  t.is(log.count('error'), 0)
})

test('worker threads that end in the middle of a handshake do not disturb others', async (t) => {
  const { Worker } = require('node:worker_threads')
  const { server, client } = await secured(t, { ...SERVER }, { ...TRUSTING })
  await exchange(server, client)
  const workerData = { address: { host: '127.0.0.1', port: client.port }, ca: file('ca.pem') }
  for (let n = 0; n < 5; n++) {
    const worker = new Worker(path.join(__dirname, 'programs', 'tls-worker.js'), { workerData })
    await new Promise((resolve, reject) => worker.once('message', resolve).once('error', reject))
    await worker.terminate()
  }
  const { answer } = await exchange(server, client, 'still')
  t.is(answer, 'still')
})
