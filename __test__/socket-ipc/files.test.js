'use strict'

const fs = require('node:fs')
const path = require('node:path')
const test = require('ava')
const { makeServer, makeClient, start, connected } = require('./support')
const { Recorder, next } = require('../common/events')
const { directory, local } = require('../common/places')
const { folder } = require('../common/peers')
const { run } = require('../common/processes')
const { dial, settle } = require('../common/raw')

const SERVER = path.join(__dirname, 'programs', 'server.js')
const EVENTS = ['listening', 'connection', 'error', 'closed', 'close']
const NODE_CUTS = Number(process.versions.node.split('.')[0]) < 24

function isInUse(t, error, file) {
  t.is(error.constructor, Error)
  t.like(error, { code: 'EADDRINUSE', syscall: 'listen', address: file })
  t.is(error.message, `listen EADDRINUSE: address already in use ${file}`)
}

/** A socket file that nobody listens at: its server was killed. */
async function stale(t) {
  const address = await local(t)
  const program = run(t, SERVER, address)
  await program.report('listening')
  await program.kill()
  t.true(fs.lstatSync(address.path).isSocket())
  return address
}

test('the socket file is there when listen() returns; listening comes in the next tick', async (t) => {
  const address = await local(t)
  const server = makeServer(t, address)
  const log = new Recorder(server, EVENTS)
  server.listen()
  t.true(fs.lstatSync(address.path).isSocket())
  t.deepEqual(log.types, [])
  await new Promise((resolve) => setImmediate(resolve))
  t.deepEqual(log.types, ['listening'])
  t.is(server._server.address(), address.path)
})

test('SI-24: a server lives at the path: EADDRINUSE, and it goes on', async (t) => {
  const address = await local(t)
  const first = await start(t, address)
  const second = makeServer(t, address)
  const log = new Recorder(second, EVENTS)
  second.listen()
  await log.seen('error')
  await settle()
  t.deepEqual(log.types, ['error'])
  isInUse(t, log.all('error')[0][0], address.path)
  t.false(second._server.listening)
  const client = await connected(t, address)
  const message = next(first, 'message.m')
  client.send('m', 1)
  await message
})

test('SI-24: the other server sees no lasting client (ruling 12)', async (t) => {
  const address = await local(t)
  const first = await start(t, address)
  const log = new Recorder(first, ['connection', 'error'])
  const second = makeServer(t, address)
  const error = next(second, 'error')
  second.listen()
  await error
  for (const [, socket] of log.all('connection')) if (!socket.closed) await next(socket, 'close')
  await settle()
  t.is(first._sockets.size, 0)
  t.is(log.count('error'), 0)
})

test('SI-24: an error without a handler is an uncaught exception', async (t) => {
  const address = await local(t)
  await start(t, address)
  const program = run(t, SERVER, address)
  const { code } = await program.exit()
  t.not(code, 0)
  t.regex(program.output, /EADDRINUSE/)
})

test('SI-24: after close() of a server that found the path taken, the other one keeps its file', async (t) => {
  const address = await local(t)
  await start(t, address)
  const second = makeServer(t, address)
  const error = next(second, 'error')
  second.listen()
  await error
  second.close()
  await next(second, 'close')
  await (await dial(t, address)).write('')
  t.true(fs.existsSync(address.path))
})

test('SI-25: a socket file nobody listens at is replaced', async (t) => {
  const address = await stale(t)
  const server = makeServer(t, address)
  const log = new Recorder(server, EVENTS)
  server.listen()
  await log.seen('listening')
  t.deepEqual(log.types, ['listening'])
  await connected(t, address)
  await log.seen('connection')
  server.close()
  t.false(fs.existsSync(address.path))
})

test('SI-25: a client meanwhile is refused, and connects then', async (t) => {
  const address = await stale(t)
  const client = makeClient(t, address)
  const log = new Recorder(client, ['connect', 'connectError'])
  client.connect()
  await log.seen('connectError')
  t.is(log.all('connectError')[0][0].code, 'ECONNREFUSED')
  await start(t, address)
  await log.seen('connect')
})

test('SI-25: a file that is no socket stays as it is (ruling 13)', async (t) => {
  const folder = directory(t)
  const file = path.join(folder, 'precious')
  fs.writeFileSync(file, 'data')
  const link = path.join(folder, 'link')
  fs.symlinkSync(file, link)
  for (const place of [file, link, folder]) {
    const server = makeServer(t, { path: place })
    const error = next(server, 'error')
    server.listen()
    isInUse(t, (await error)[0], place)
  }
  t.is(fs.readFileSync(file, 'utf8'), 'data')
  t.true(fs.lstatSync(link).isSymbolicLink())
})

test('SI-25: a link to a socket nobody listens at is not followed (ruling 13)', async (t) => {
  const address = await stale(t)
  const link = path.join(path.dirname(address.path), 'link')
  fs.symlinkSync(address.path, link)
  const server = makeServer(t, { path: link })
  const error = next(server, 'error')
  server.listen()
  isInUse(t, (await error)[0], link)
  t.true(fs.lstatSync(address.path).isSocket())
})

test('CM-1: a missing directory is EACCES', async (t) => {
  const file = path.join(directory(t), 'missing', 's')
  const server = makeServer(t, { path: file })
  const log = new Recorder(server, EVENTS)
  server.listen()
  t.deepEqual(log.types, [])
  await log.seen('error')
  const [[error]] = log.all('error')
  t.like(error, { code: 'EACCES', syscall: 'listen', address: file })
})

test('the file has the permissions that the umask leaves', async (t) => {
  const address = await local(t)
  const program = run(t, SERVER, { ...address, umask: 0o027 })
  await program.report('listening')
  t.is(fs.statSync(address.path).mode & 0o777, 0o750)
})

test('a path that is no string is refused when it is used', async (t) => {
  t.throws(() => makeServer(t, { path: {} }).listen(), { name: 'TypeError' })
  t.throws(() => makeClient(t, { path: {} }).connect(), { name: 'TypeError', code: 'ERR_INVALID_ARG_TYPE' })
})

test('CM-2: a 140-byte path between two drop-in peers (ruling: see long paths)', async (t) => {
  const place = directory(t)
  const address = { path: path.join(place, 'x'.repeat(139 - place.length)) }
  const server = await start(t, address)
  const client = await connected(t, address)
  const message = next(server, 'message')
  client.send('m', 1)
  await message
  t.deepEqual(fs.readdirSync(place), [path.basename(address.path).slice(0, 107 - place.length)])
})

if (NODE_CUTS && process.platform === 'linux') {
  for (const mine of ['server', 'client']) {
    test(`CM-2: a 140-byte path between the drop-in ${mine} and the original`, async (t) => {
      const original = require(folder('@crussell52/socket-ipc'))
      const place = directory(t)
      const socketFile = path.join(place, 'x'.repeat(139 - place.length))
      const theirs =
        mine === 'server'
          ? new original.Client({ socketFile, retryDelay: 20 })
          : new original.Server({ socketFile })
      t.teardown(() => theirs.close())
      const server = mine === 'server' ? makeServer(t, { path: socketFile }) : theirs
      const client = mine === 'server' ? theirs : makeClient(t, { path: socketFile })
      const message = next(server, 'message')
      client.on('connect', () => client.send('m', 1))
      server.listen()
      client.connect()
      t.is((await message)[0], 1)
    })
  }
}
