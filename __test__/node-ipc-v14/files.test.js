'use strict'

const fs = require('node:fs')
const path = require('node:path')
const test = require('ava')
const { directory } = require('../common/places')
const { next } = require('../common/events')
const { instance, serve, start, connected, library } = require('./support')

const mode = (file) => (fs.statSync(file).mode & 0o777).toString(8)

/** A root that is not there yet, and an instance that uses it. */
function rooted(t, config) {
  const root = path.join(directory(t), 'root')
  return { root, ipc: instance(t, { socketRoot: `${root}/`, id: 'world', ...config }) }
}

/** Starts a server in the root. */
async function begin(ipc, place) {
  ipc.serve(place)
  const started = next(ipc.server, 'start')
  ipc.server.start()
  await started
  ipc.server.stop()
}

test('NI-54: the root is made, and made private', async (t) => {
  const { root, ipc } = rooted(t)
  await begin(ipc)
  t.is(mode(root), '700')
  fs.chmodSync(root, 0o777)
  await begin(ipc)
  t.is(mode(root), '700')
  fs.chmodSync(root, 0o777)
  ipc.config.secureSocketRoot = false
  await begin(ipc)
  t.is(mode(root), '777')
})

test('NI-54: the root is made without secureSocketRoot too, and deep ones', async (t) => {
  const { root, ipc } = rooted(t, { secureSocketRoot: false })
  ipc.config.socketRoot = `${root}/a/b/`
  await begin(ipc)
  t.is(mode(`${root}/a/b`), '700')
})

test('NI-54: the root is none of a path outside of it', async (t) => {
  const { root, ipc } = rooted(t)
  for (const place of [path.join(directory(t), 's'), `${root}2`]) {
    await begin(ipc, place)
    t.false(fs.existsSync(root))
  }
})

test('NI-54: a root that is a link or a file', (t) => {
  const { root, ipc } = rooted(t)
  fs.symlinkSync(directory(t), root)
  ipc.serve()
  t.throws(() => ipc.server.start(), { code: 'ERR_IPC_SOCKET_ROOT' })
  fs.unlinkSync(root)
  fs.writeFileSync(root, 'mine')
  t.throws(() => ipc.server.start(), { code: 'ERR_IPC_SOCKET_ROOT' })
  t.is(fs.readFileSync(root, 'utf8'), 'mine')
})

test('NI-50: what is no socket stays, and start throws', (t) => {
  const folder = directory(t)
  const place = path.join(folder, 's')
  const makers = [
    () => fs.writeFileSync(place, 'mine'),
    () => fs.mkdirSync(place),
    () => fs.symlinkSync(path.join(folder, 'nowhere'), place)
  ]
  for (const make of makers) {
    make()
    const server = serve(instance(t), { path: place })
    t.throws(() => server.start(), { code: 'ERR_IPC_UNLINK_NOT_SOCKET' })
    t.is(server.server, false)
    t.truthy(fs.lstatSync(place))
    fs.rmSync(place, { recursive: true })
  }
})

test('NI-50: a stale socket is replaced, and the file is there when start returns', async (t) => {
  const place = path.join(directory(t), 's')
  const first = await start(instance(t), { path: place })
  fs.renameSync(place, `${place}2`)
  first.stop()
  fs.renameSync(`${place}2`, place)
  t.true(fs.lstatSync(place).isSocket())
  const server = serve(instance(t), { path: place })
  const started = next(server, 'start')
  server.start()
  t.true(fs.lstatSync(place).isSocket())
  await started
  await connected(instance(t), { path: place })
  server.stop()
  t.false(fs.existsSync(place))
})

test('NI-51: with unlink off whatever is there is in the way', async (t) => {
  const place = path.join(directory(t), 's')
  fs.writeFileSync(place, 'mine')
  const server = serve(instance(t, { unlink: false }), { path: place })
  const failed = next(server, 'error')
  t.notThrows(() => server.start())
  t.like((await failed)[0], { code: 'EADDRINUSE', syscall: 'listen' })
  t.is(fs.readFileSync(place, 'utf8'), 'mine')
})

test('the default path is in the root', async (t) => {
  const { root, ipc } = rooted(t)
  ipc.serve()
  t.is(ipc.server.path, `${root}/app.world`)
  const started = next(ipc.server, 'start')
  ipc.server.start()
  await started
  ipc.connectTo('world')
  await next(ipc.of.world, 'connect')
  t.is(ipc.of.world.path, `${root}/app.world`)
})

test('assured: only what is directly inside a secure root, or verified', (t) => {
  const { root, ipc } = rooted(t, { parser: 'assured', allowedEvents: ['a'] })
  const refused = (make, code = 'ERR_IPC_ASSURED_TRANSPORT') => {
    make()
    t.throws(() => ipc.server.start(), { code })
  }
  refused(() => ipc.serve(path.join(directory(t), 's')))
  refused(() => ipc.serve(`${root}/sub/s`))
  refused(() => ipc.serveNet('127.0.0.1', 1))
  refused(() => ipc.serveNet('127.0.0.1', 1, 'udp4'))
  const error = t.throws(() => ipc.connectToNet('world', '127.0.0.1', 1))
  t.true(error instanceof library.IPCProtocolError)
  t.is(ipc.of.world, undefined)
  ipc.config.tls = { key: 'k', cert: 'c', rejectUnauthorized: true }
  t.throws(() => ipc.connectToNet('world', '127.0.0.1', 1), { code: 'ERR_IPC_ASSURED_TLS' })
  refused(() => ipc.serveNet('127.0.0.1', 1), 'ERR_IPC_ASSURED_TLS')
  ipc.config.tls = { ca: 'a', requestCert: true }
  refused(() => ipc.serveNet('127.0.0.1', 1), 'ERR_IPC_TLS_CONFIGURATION')
  ipc.config.secureSocketRoot = false
  refused(() => ipc.serve(`${root}/s`))
  t.false(fs.existsSync(root))
})

test('NI-56: a TLS server without a key', (t) => {
  const ipc = instance(t, { tls: {} })
  ipc.serveNet('127.0.0.1', 1)
  t.throws(() => ipc.server.start(), { code: 'ERR_IPC_TLS_CONFIGURATION' })
})
