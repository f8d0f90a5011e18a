'use strict'

const fs = require('node:fs')
const net = require('node:net')
const path = require('node:path')
const test = require('ava')
const { instance, start, serve, connected, connect } = require('./support')
const { next, Recorder } = require('../common/events')
const { directory, freePort, local } = require('../common/places')
const { dial, settle } = require('../common/raw')
const { run } = require('../common/processes')

const SERVER = path.join(__dirname, 'programs', 'server.js')

/** Starts a server that must fail; gives the error. */
async function refused(t, address, config) {
  const server = serve(instance(t, config), address)
  const log = new Recorder(server, ['start', 'error'])
  server.start()
  await log.seen('error')
  await settle()
  t.deepEqual(log.types, ['error'])
  return log.all('error')[0][0]
}

const inUse = (path) => ({
  code: 'EADDRINUSE',
  syscall: 'listen',
  address: path,
  message: `listen EADDRINUSE: address already in use ${path}`
})

test('NI-50: the socket file of a killed server is replaced', async (t) => {
  const address = await local(t)
  const program = run(t, SERVER, { address })
  await program.report('start')
  await program.kill()
  t.true(fs.statSync(address.path).isSocket(), 'it is still there')
  const server = await start(instance(t), address)
  const message = next(server, 'm')
  const client = await connected(instance(t), address)
  client.emit('m', 1)
  t.is((await message)[0], 1)
})

test('NI-50: stop() removes the file', async (t) => {
  const address = await local(t)
  const server = await start(instance(t), address)
  t.true(fs.existsSync(address.path))
  server.stop()
  await settle()
  t.deepEqual(fs.readdirSync(path.dirname(address.path)), [])
})

test('NI-50: a regular file at the path is never deleted', async (t) => {
  const address = await local(t)
  fs.writeFileSync(address.path, 'precious')
  t.like(await refused(t, address), inUse(address.path))
  t.is(fs.readFileSync(address.path, 'utf8'), 'precious')
})

test('NI-50: nor a directory', async (t) => {
  const address = await local(t)
  fs.mkdirSync(address.path)
  t.like(await refused(t, address), inUse(address.path))
  t.true(fs.statSync(address.path).isDirectory())
})

test('NI-50: nor a symbolic link, nor what it leads to', async (t) => {
  const [file, socket, gone] = [await local(t), await local(t), await local(t)]
  fs.writeFileSync(file.path, 'precious')
  await start(instance(t), socket)
  for (const { path: goal } of [file, socket, gone]) {
    const link = await local(t)
    fs.symlinkSync(goal, link.path)
    t.like(await refused(t, link), inUse(link.path))
    t.is(fs.readlinkSync(link.path), goal)
  }
  t.is(fs.readFileSync(file.path, 'utf8'), 'precious')
  t.false(fs.existsSync(gone.path))
  await dial(t, socket)
})

test('NI-50: a file with the name of the host stays', async (t) => {
  const cwd = directory(t)
  const file = path.join(cwd, '127.0.0.1')
  fs.writeFileSync(file, 'precious')
  await run(t, SERVER, { address: { host: '127.0.0.1', port: await freePort() } }, { cwd }).report('start')
  t.is(fs.readFileSync(file, 'utf8'), 'precious')
})

test('NI-50: the path of a live server is taken over, its clients stay', async (t) => {
  const address = await local(t)
  const first = await start(instance(t), address)
  const log = new Recorder(first, ['m', 'error'])
  const old = await connected(instance(t), address)
  const second = await start(instance(t), address)
  const message = next(second, 'm')
  const young = await connected(instance(t), address)
  old.emit('m', 'to the first')
  young.emit('m', 'to the second')
  t.is((await message)[0], 'to the second')
  await log.seen('m')
  t.deepEqual(
    log.events.map(([type, data]) => [type, data]),
    [['m', 'to the first']]
  )
})

test('NI-50: the server that lost its path does not remove the file of the new one', async (t) => {
  const address = await local(t)
  const first = await start(instance(t), address)
  const second = await start(instance(t), address)
  const closed = next(first.server, 'close')
  first.stop()
  await closed
  t.true(fs.statSync(address.path).isSocket())
  const accepted = next(second, 'connect')
  await dial(t, address)
  await accepted
  second.stop()
  await settle()
  t.false(fs.existsSync(address.path))
})

test('NI-50: while a path is taken over no client finds it missing', async (t) => {
  const address = await local(t)
  await start(instance(t), address)
  const failures = []
  let attempts = 0
  let over = false
  const attempt = () =>
    new Promise((resolve) => {
      const socket = net.connect(address)
      socket.on('error', (error) => failures.push(error.code))
      socket.on('connect', () => socket.destroy())
      socket.on('close', resolve)
    })
  const knocking = Array.from({ length: 4 }, async () => {
    while (!over) {
      await attempt()
      attempts++
    }
  })
  for (let round = 0; round < 50; round++) {
    await start(instance(t), address)
    await attempt()
  }
  over = true
  await Promise.all(knocking)
  t.true(attempts > 0)
  t.deepEqual(failures, [])
  t.deepEqual(
    fs.readdirSync(path.dirname(address.path)),
    [path.basename(address.path)],
    'nothing left beside it'
  )
})

test('NI-51: unlink=false with a live server is EADDRINUSE', async (t) => {
  const address = await local(t)
  const first = await start(instance(t), address)
  t.like(await refused(t, address, { unlink: false }), inUse(address.path))
  const accepted = next(first, 'connect')
  await dial(t, address)
  await accepted
  t.pass()
})

test('NI-51: unlink=false with the file of a dead one too', async (t) => {
  const address = await local(t)
  const program = run(t, SERVER, { address })
  await program.report('start')
  await program.kill()
  t.like(await refused(t, address, { unlink: false }), inUse(address.path))
  t.true(fs.statSync(address.path).isSocket())
})

test('NI-51: a port in use is EADDRINUSE', async (t) => {
  const address = { host: '127.0.0.1', port: await freePort() }
  await start(instance(t), address)
  t.like(await refused(t, address), {
    code: 'EADDRINUSE',
    syscall: 'listen',
    address: address.host,
    port: address.port,
    message: `listen EADDRINUSE: address already in use ${address.host}:${address.port}`
  })
})

const MODES = [
  [{}, 0o022, 0o755],
  [{}, 0o077, 0o700],
  [{}, 0, 0o777],
  [{ readableAll: true }, 0o077, 0o744],
  [{ writableAll: true }, 0o077, 0o722],
  [{ readableAll: true, writableAll: true }, 0o022, 0o777],
  [{ readableAll: true, writableAll: true }, 0o077, 0o766]
]

for (const [config, umask, mode] of MODES) {
  const shown = [...Object.keys(config), `umask ${umask.toString(8)}`].join(', ')
  test(`NI-53: the mode of the socket file is ${mode.toString(8)} with ${shown}`, async (t) => {
    const program = run(t, SERVER, { address: await local(t), config, umask })
    const [found] = await program.report('start')
    t.is(found.toString(8), mode.toString(8))
  })
}

test('CM-1: listening in a missing directory is EACCES', async (t) => {
  const missing = path.join(directory(t), 'missing', 's')
  const error = await refused(t, { path: missing })
  t.like(error, { code: 'EACCES', syscall: 'listen', address: missing })
  t.is(error.message, `listen EACCES: permission denied ${missing}`)
})

test('CM-1: connecting in a missing directory is ENOENT', async (t) => {
  const missing = path.join(directory(t), 'missing', 's')
  const client = connect(instance(t, { maxRetries: 0 }), { path: missing })
  const [error] = await next(client, 'error')
  t.like(error, { code: 'ENOENT', syscall: 'connect', address: missing })
})
