'use strict'

const fs = require('node:fs')
const path = require('node:path')
const test = require('ava')
const {
  connected,
  makeClient,
  makeServer,
  pair,
  payloads,
  receive,
  recorded,
  start,
  text,
  watch
} = require('./support')
const { next, Recorder } = require('../common/events')
const { directory, local } = require('../common/places')
const { entry } = require('../common/peers')
const { dial, listen, settle } = require('../common/raw')
const { run } = require('../common/processes')

const PROGRAM = path.join(__dirname, 'programs', 'server.js')

/** Starts a server that must fail; gives the error. */
async function refused(t, address, options) {
  const { said, log } = recorded()
  const server = makeServer(t, address, { log, ...options })
  const events = new Recorder(server, ['error'])
  t.is(server.start(), undefined)
  t.is(events.count('error'), 0, 'not before start() returns')
  await events.seen('error')
  await settle()
  t.is(events.count('error'), 1)
  const [error] = events.all('error')[0]
  t.deepEqual(said.all('error'), [[error]])
  return error
}

const inUse = (path) => ({
  code: 'EADDRINUSE',
  syscall: 'listen',
  address: path,
  message: `listen EADDRINUSE: address already in use ${path}`
})

test('SM-22: start() twice is harmless', async (t) => {
  const address = await local(t)
  const server = makeServer(t, address)
  t.is(server.start(), undefined)
  t.is(server.start(), undefined)
  const clients = new Recorder(server, ['client'])
  const peer = await dial(t, address)
  await clients.seen('client')
  server.start()
  const wrapper = server.broadcast('m')
  await peer.frames(1, '\n')
  t.is(peer.received.toString(), JSON.stringify(wrapper) + '\n')
  t.is(clients.count('client'), 1)
})

test('SM-22: when start() returns the socket is there', async (t) => {
  const address = await local(t)
  makeServer(t, address).start()
  t.true(fs.statSync(address.path).isSocket())
  await dial(t, address)
})

test('SM-22: the file of a killed server is replaced', async (t) => {
  const address = await local(t)
  const program = run(t, PROGRAM, { address })
  await program.report('ready')
  await program.kill()
  t.true(fs.statSync(address.path).isSocket(), 'it is still there')
  const heard = receive(start(t, address))
  const { client } = await connected(t, address)
  client.send('m')
  await heard.seen('message')
  t.deepEqual(payloads(heard), ['m'])
})

test('SM-22: so is that of a live one, whose clients stay with it', async (t) => {
  const address = await local(t)
  const { server, client } = await pair(t, address)
  const old = receive(server)
  const young = receive(start(t, address))
  const { client: other } = await connected(t, address)
  client.send('to the first')
  other.send('to the second')
  await old.seen('message')
  await young.seen('message')
  t.deepEqual([payloads(old), payloads(young)], [['to the first'], ['to the second']])
})

test('SM-22: the server that lost its path does not remove the file of the new one (ruling 1)', async (t) => {
  const address = await local(t)
  const first = start(t, address)
  const second = start(t, address)
  first.stop()
  const accepted = next(second, 'client')
  await dial(t, address)
  await accepted
  t.true(fs.statSync(address.path).isSocket())
})

test('SM-22: a regular file is not deleted (ruling 12)', async (t) => {
  const address = await local(t)
  fs.writeFileSync(address.path, 'precious')
  t.like(await refused(t, address), inUse(address.path))
  t.is(fs.readFileSync(address.path, 'utf8'), 'precious')
})

test('SM-22: nor a symbolic link, nor what it leads to (ruling 12)', async (t) => {
  const [file, link] = [await local(t), await local(t)]
  fs.writeFileSync(file.path, 'precious')
  fs.symlinkSync(file.path, link.path)
  t.like(await refused(t, link), inUse(link.path))
  t.is(fs.readlinkSync(link.path), file.path)
  t.is(fs.readFileSync(file.path, 'utf8'), 'precious')
})

test('SM-22: removeSocketFileOnStart: false leaves the file (ruling 13)', async (t) => {
  const address = await local(t)
  const program = run(t, PROGRAM, { address })
  await program.report('ready')
  await program.kill()
  t.like(await refused(t, address, { removeSocketFileOnStart: false }), inUse(address.path))
  t.true(fs.statSync(address.path).isSocket())
})

test('SM-22: removeSocketFileOnStart: false does not disturb a live server (ruling 13)', async (t) => {
  const address = await local(t)
  const server = start(t, address)
  t.like(await refused(t, address, { removeSocketFileOnStart: false }), inUse(address.path))
  const accepted = next(server, 'client')
  await dial(t, address)
  await accepted
  t.pass()
})

test('SM-22: removeSocketFileOnStart: false with nothing there', async (t) => {
  const address = await local(t)
  const server = start(t, address, { removeSocketFileOnStart: false })
  const accepted = next(server, 'client')
  await dial(t, address)
  await accepted
  t.pass()
})

test('SM-22: an error that nobody listens to is only logged (ruling 13)', async (t) => {
  const { said, log } = recorded()
  const address = { path: path.join(directory(t), 'missing', 's') }
  makeServer(t, address, { log }).start()
  await said.seen('error')
  await settle()
  t.deepEqual(said.all('error').map(text), [`listen EACCES: permission denied ${address.path}`])
})

test('SM-22: after an error start() can be tried again (ruling 13)', async (t) => {
  const address = await local(t)
  fs.writeFileSync(address.path, '')
  const { said, log } = recorded()
  const server = makeServer(t, address, { log })
  server.start()
  await said.seen('error')
  fs.rmSync(address.path)
  server.start()
  const accepted = next(server, 'client')
  await dial(t, address)
  await accepted
  t.is(said.count('error'), 1)
})

test('CM-1: listening in a missing directory is EACCES (ruling 13)', async (t) => {
  const missing = path.join(directory(t), 'missing', 's')
  const error = await refused(t, { path: missing })
  t.like(error, { code: 'EACCES', syscall: 'listen', address: missing })
  t.true(error instanceof Error)
})

for (const [umask, mode] of [
  [0o022, 0o755],
  [0o077, 0o700],
  [0, 0o777]
]) {
  test(`the mode of the socket file is ${mode.toString(8)} with umask ${umask.toString(8)}`, async (t) => {
    const address = await local(t)
    await run(t, PROGRAM, { address, umask }).report('ready')
    t.is((fs.statSync(address.path).mode & 0o777).toString(8), mode.toString(8))
  })
}

// A local address holds 108 bytes on Linux. Up to Node 22 the original (through libuv) cuts longer paths there without a
// word; its clients do not find them, because they look for a file of the whole name.

const ROOM = 108
const NODE_CUTS = Number(process.versions.node.split('.')[0]) < 24

/** A path of 140 bytes, and what remains of it. */
function long(t) {
  const folder = directory(t)
  const whole = path.join(folder, 'x'.repeat(139 - folder.length))
  return { folder, whole, cut: whole.slice(0, ROOM) }
}

if (process.platform === 'linux') {
  test('CM-2: a 140-byte path between two drop-in peers (addition)', async (t) => {
    const { folder, whole, cut } = long(t)
    const { server, client } = await pair(t, { path: whole })
    const heard = receive(server)
    client.send('m')
    await heard.seen('message')
    t.deepEqual(fs.readdirSync(folder), [path.basename(cut)])
    server.stop()
    t.deepEqual(fs.readdirSync(folder), [])
  })

  test('CM-2: a client whose server is not there at a long path is not connected (addition)', async (t) => {
    const { whole, cut } = long(t)
    const client = makeClient(t, { path: whole })
    const log = watch(client)
    client.start()
    t.is(client.send('m'), undefined)
    const server = await listen(t, { path: cut })
    await log.seen('connect')
    await server.accepted()
    t.deepEqual(log.types, ['connect'])
  })
}

if (process.platform === 'linux' && NODE_CUTS) {
  test('CM-2: a 140-byte path, original server and drop-in client (addition)', async (t) => {
    const { whole } = long(t)
    const Original = require(entry('socket-model'))
    const { log } = recorded()
    const server = Original.createServer({ socketFile: whole, log })
    const accepted = next(server, 'client')
    server.start()
    const heard = receive(server)
    const { client } = await connected(t, { path: whole })
    await accepted
    client.send('m')
    await heard.seen('message')
    t.deepEqual(payloads(heard), ['m'])
    for (const socket of server.getClients()) socket.destroy()
    t.throws(() => server.stop()) // It has let go of the listener before that.
  })
}
