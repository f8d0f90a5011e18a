'use strict'

// Workers of a cluster that serve one address share it, as with the original: Node's primary process deals out the
// connections, and their descriptors are adopted.

const fs = require('node:fs')
const path = require('node:path')
const tls = require('node:tls')
const test = require('ava')
const { file, read } = require('../common/certificates')
const { eachTransport, tcp, UDP_HOSTS } = require('../common/places')
const { next, Recorder } = require('../common/events')
const { run } = require('../common/processes')
const { dial } = require('../common/raw')
const { connect, connected, instance } = require('./support')

const CLUSTER = path.join(__dirname, 'programs', 'cluster.js')
const SERVER = { private: file('server.key'), public: file('server.pem') }
const TRUSTING = { trustedConnections: [file('ca.pem')] }

/** Which workers serve that many clients, one after the other. */
async function served(t, address, count, config) {
  const workers = []
  for (let number = 0; number < count; number++) {
    const ipc = instance(t, config)
    const client = await connected(ipc, address)
    const answer = next(client, 'worker')
    client.emit('who')
    workers.push(...(await answer))
    ipc.disconnect('server')
  }
  return workers.sort()
}

eachTransport(test, 'cluster: two workers serve one address, each gets its part', async (t, address) => {
  const program = run(t, CLUSTER, { address, workers: 2 })
  await program.report('listening')
  t.deepEqual(await served(t, address, 6), [1, 1, 1, 2, 2, 2])
  await program.tell('stop')
  await program.success()
  t.is(program.count('error'), 0)
  if (address.path) t.false(fs.existsSync(address.path))
})

test('cluster: two workers serve one port by TLS, each gets its part', async (t) => {
  const address = await tcp()
  const program = run(t, CLUSTER, { address, workers: 2, config: { tls: SERVER } })
  await program.report('listening')
  t.deepEqual(await served(t, address, 6, { tls: { ...TRUSTING } }), [1, 1, 1, 2, 2, 2])
  await program.tell('stop')
  await program.success()
  t.is(program.count('error'), 0)
})

test('cluster: by TLS, whoever is no client or a silent one disturbs no worker', async (t) => {
  const address = await tcp()
  const demanding = { ...SERVER, ...TRUSTING, requestCert: true, rejectUnauthorized: true }
  const program = run(t, CLUSTER, { address, workers: 2, config: { tls: demanding } })
  await program.report('listening')
  // One of each for each of the workers.
  for (let count = 0; count < 2; count++) {
    await dial(t, address)
    const garbage = await dial(t, address)
    await garbage.write('GET / HTTP/1.1\r\n\r\n')
    await garbage.close()
    const stranger = tls.connect({ ...address, ca: read('ca.pem') })
    t.teardown(() => stranger.destroy())
    const [error] = await next(stranger, 'error')
    t.is(error.code, 'ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED')
  }
  const known = { ...TRUSTING, private: file('client.key'), public: file('client.pem') }
  t.deepEqual(await served(t, address, 2, { tls: known }), [1, 2])
  await program.tell('stop')
  await program.success()
})

test('cluster: by TLS, maxConnections is that of each worker', async (t) => {
  const address = await tcp()
  const program = run(t, CLUSTER, { address, workers: 2, config: { tls: SERVER, maxConnections: 1 } })
  await program.report('listening')
  const log = new Recorder()
  for (const name of ['a', 'b', 'c', 'd']) {
    const client = connect(instance(t, { tls: { ...TRUSTING }, maxRetries: 0 }), address)
    log.follow(client, ['worker', 'disconnect'], name)
    client.on('connect', () => client.emit('who'))
    await log.until(() => log.count(`${name}.worker`) + log.count(`${name}.disconnect`) > 0)
  }
  t.deepEqual(log.types.slice(0, 2), ['a.worker', 'b.worker'])
  t.deepEqual([log.count('c.worker'), log.count('d.worker')], [0, 0])
})

for (const [kind, host] of Object.entries(UDP_HOSTS)) {
  test(`cluster: two workers serve one port by UDP (${kind})`, async (t) => {
    // As an argument 0 is no port, and the default would be taken.
    const program = run(t, CLUSTER, { address: { host }, kind, workers: 2, config: { networkPort: 0 } })
    await program.report('listening')
    const [[port], [another]] = program.all('port')
    t.is(port, another)
    const ipc = instance(t, { networkPort: 0 })
    ipc.serveNet(host, kind)
    const { server } = ipc
    const log = new Recorder(server, ['worker', 'error'])
    server.start()
    const ask = (times) => {
      for (let count = 0; count < times; count++) server.emit({ address: host, port }, 'who')
    }
    await next(server, 'connect')
    // Who of them takes a datagram is for the system to say; each is taken by one.
    ask(20)
    await log.seen('worker', 20)
    await program.tell('stop')
    await program.success()
    t.is(log.count('worker'), 20)
    t.is(log.count('error') + program.count('error'), 0)
  })
}
