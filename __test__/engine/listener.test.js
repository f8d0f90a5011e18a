'use strict'

const fs = require('node:fs')
const net = require('node:net')
const path = require('node:path')
const test = require('ava')
const { engine, protocol, receiver, serve, closed, eachPlace, standStill, PLACES } = require('./support')
const { next, Recorder } = require('../common/events')
const { deadline, state } = require('../common/deadline')
const { directory, freePort, ipv6 } = require('../common/places')
const { run } = require('../common/processes')
const { dial, settle } = require('../common/raw')

const called = (start, what) => deadline(new Promise(start), what)

/** A listener that is not listening yet. */
function idle(t, side = {}) {
  const listener = new engine.Listener(protocol(), side)
  t.teardown(() => {
    listener.close()
    for (const connection of listener.connections) connection.destroy()
  })
  return listener
}

eachPlace(test, 'bound when listen() returns, told in the next tick', async (t, address) => {
  const listener = idle(t)
  const order = []
  listener.on('listening', () => order.push('listening'))
  t.is(
    listener.listen(address, () => order.push('callback')),
    listener
  )
  t.true(listener.listening)
  if (address.path) t.true(fs.lstatSync(address.path).isSocket())
  t.deepEqual(
    listener.address(),
    address.path ?? { address: '127.0.0.1', family: 'IPv4', port: address.port }
  )
  t.deepEqual(order, [])
  process.nextTick(() => order.push('tick'))
  setImmediate(() => order.push('immediate'))
  await settle()
  t.deepEqual(order, ['listening', 'callback', 'tick', 'immediate'])
})

test('port 0, host names, no host', async (t) => {
  const local = ['localhost', '127.0.0.1'].map((host) => ({ host, port: 0 }))
  for (const args of [[{ port: 0 }], ...local.map((address) => [address]), []]) {
    const [address = {}] = args
    const listener = idle(t)
    await called((resolve) => listener.listen(...args, resolve), 'listening')
    const { port, family } = listener.address()
    t.true(port > 0)
    t.true(['IPv4', 'IPv6'].includes(family))
    const accepted = next(listener, 'connection')
    await dial(t, { host: address.host ?? '127.0.0.1', port })
    await accepted
  }
})

if (ipv6) {
  test('IPv6, alone and with IPv4', async (t) => {
    const both = idle(t)
    await called((resolve) => both.listen({ host: '::', port: 0 }, resolve), 'listening')
    t.is(both.address().family, 'IPv6')
    await dial(t, { host: '127.0.0.1', port: both.address().port })
    const only = idle(t)
    await called((resolve) => only.listen({ host: '::', port: 0, ipv6Only: true }, resolve), 'listening')
    await t.throwsAsync(dial(t, { host: '127.0.0.1', port: only.address().port }), { code: 'ECONNREFUSED' })
    const accepted = next(only, 'connection')
    const peer = await dial(t, { host: '::1', port: only.address().port })
    const [connection] = await accepted
    t.like(connection, { remoteAddress: '::1', remoteFamily: 'IPv6', remotePort: peer.socket.localPort })
  })
}

test('listen twice, close twice: errors of node', async (t) => {
  const listener = idle(t)
  listener.listen({ port: 0 })
  t.throws(() => listener.listen({ port: 0 }), { code: 'ERR_SERVER_ALREADY_LISTEN' })
  await called((resolve) => listener.close(resolve), 'the closing')
  const error = await called((resolve) => listener.close(resolve), 'the callback')
  t.is(error.code, 'ERR_SERVER_NOT_RUNNING')
})

test('a listener that refused its arguments can listen with others', async (t) => {
  const listener = idle(t)
  t.throws(() => listener.listen({ port: 70_000 }), { code: 'ERR_SOCKET_BAD_PORT' })
  t.throws(() => listener.listen({ path: 5 }), { code: 'ERR_INVALID_ARG_TYPE' })
  t.throws(() => listener.listen({ host: 5, port: 0 }))
  t.false(listener.listening)
  await called((resolve) => listener.listen({ port: 0 }, resolve), 'listening')
})

test('one that failed can listen again', async (t) => {
  const { path: taken } = await PLACES.local(t)
  const first = idle(t)
  first.listen({ path: taken })
  const second = idle(t)
  const failed = next(second, 'error')
  second.listen({ path: taken })
  t.false(second.listening)
  t.is(second.address(), null)
  const [error] = await failed
  t.is(error.code, 'EADDRINUSE')
  await called((resolve) => first.close(resolve), 'the closing')
  await called((resolve) => second.listen({ path: taken }, resolve), 'listening')
})

test('closed and opened again while a host name is resolved: one listener in the end', async (t) => {
  const listener = idle(t)
  const port = await freePort()
  listener.listen({ host: 'localhost', port })
  listener.close()
  const listening = next(listener, 'listening')
  listener.listen({ host: 'localhost', port: 0 })
  await listening
  await settle()
  t.not(listener.address().port, port)
  await t.throwsAsync(dial(t, { host: listener.address().address, port }), { code: 'ECONNREFUSED' })
})

eachPlace(
  test,
  'close: no more connections, those there stay, the event comes behind the last',
  async (t, address) => {
    const listener = await serve(t, address, protocol())
    const accepted = listener.accepted()
    const peer = await dial(t, address)
    const connection = await accepted
    const log = new Recorder(listener, ['close'])
    listener.close(() => log.add('callback'))
    t.false(listener.listening)
    t.is(listener.address(), null)
    if (address.path) t.false(fs.existsSync(address.path))
    await t.throwsAsync(dial(t, address))
    connection.send('1')
    t.is((await peer.frames(1))[0], '1')
    await settle()
    t.deepEqual(log.types, [])
    peer.socket.end()
    await log.seen('close')
    t.deepEqual(log.types, ['close', 'callback'])
    t.is(listener.connections.size, 0)
  }
)

eachPlace(
  test,
  'listening again on the same address at once, many times, while clients come',
  async (t, address) => {
    const program = run(t, path.join(__dirname, 'programs', 'knocking.js'), { address, patient: true })
    await program.report('knocking')
    const listener = idle(t)
    const errors = []
    listener.on('error', (error) => errors.push(error.code))
    for (let n = 0; n < 1000; n++) {
      listener.listen(address)
      await new Promise((resolve) => setImmediate(resolve))
      for (const connection of listener.connections) connection.destroy()
      listener.close()
    }
    t.deepEqual(errors, [])
    await program.kill()
  }
)

eachPlace(
  test,
  'closed by the first of several clients that come at once: the others are not left hanging',
  async (t, address) => {
    const listener = idle(t, { opened: () => listener.close() })
    listener.listen(address)
    const peers = Array.from({ length: 5 }, () => net.connect(address).on('error', () => {}))
    t.teardown(() => peers.forEach((peer) => peer.destroy()))
    const over = peers.slice(1).map((peer) => next(peer.resume(), 'close'))
    await new Promise((resolve) => setImmediate(resolve))
    // The operating system has them all by now; they are accepted in one go.
    standStill(100)
    await Promise.race([Promise.all(over), next(listener, 'close')])
    await settle()
    const left = peers.filter((peer) => !peer.closed)
    t.is(left.length, listener.connections.size)
    for (const connection of listener.connections) connection.destroy()
    await state(() => peers.every((peer) => peer.closed), 'the clients to be closed')
  }
)

eachPlace(test, 'maxConnections: those beyond are closed and told of', async (t, address) => {
  const log = receiver()
  const listener = await serve(t, address, protocol(), log)
  listener.maxConnections = 2
  log.follow(listener, ['drop'], 'on')
  const [first] = [await dial(t, address), await dial(t, address)]
  const third = await dial(t, address)
  await third.close()
  await log.seen('on.drop')
  t.is(log.count('opened'), 2)
  first.socket.end()
  await log.seen('closed')
  await dial(t, address)
  await log.seen('opened', 3)
  t.is(listener.maxConnections, 2)
  t.is(
    await called(
      (resolve, reject) => listener.getConnections((error, n) => (error ? reject(error) : resolve(n))),
      'the number'
    ),
    2
  )
})

eachPlace(test, 'removeAllListeners of the user does not touch the books', async (t, address) => {
  const listener = await serve(t, address, protocol())
  const accepted = listener.accepted()
  const peer = await dial(t, address)
  const connection = await accepted
  connection.on('close', () => t.fail('removed'))
  connection.removeAllListeners()
  t.is(connection.listenerCount('close'), 0)
  peer.socket.destroy()
  await called((resolve) => listener.close(resolve), 'the closing')
  t.is(listener.connections.size, 0)
})

eachPlace(test, 'the connection knows the listener has lost it when it closes', async (t, address) => {
  const sizes = []
  const listener = await serve(t, address, protocol())
  const accepted = listener.accepted()
  const peer = await dial(t, address)
  const connection = await accepted
  connection.on('close', () => sizes.push(listener.connections.size))
  peer.socket.destroy()
  await closed(connection)
  t.deepEqual(sizes, [0])
})

// ---- files ----

for (const unlink of [undefined, 'never', 'sockets', 'probe']) {
  test(`what stands at the path and is no socket stays, unlink ${unlink}`, async (t) => {
    const folder = directory(t)
    const target = path.join(folder, 'target')
    const socket = path.join(folder, 'socket')
    const other = idle(t)
    other.listen({ path: socket })
    fs.writeFileSync(target, 'precious')
    fs.symlinkSync(target, path.join(folder, 'link'))
    fs.symlinkSync(socket, path.join(folder, 'link to a socket'))
    fs.symlinkSync(path.join(folder, 'nothing'), path.join(folder, 'dangling'))
    fs.mkdirSync(path.join(folder, 'folder'))
    for (const name of ['target', 'link', 'link to a socket', 'dangling', 'folder']) {
      const listener = idle(t)
      const failed = next(listener, 'error')
      listener.listen({ path: path.join(folder, name), unlink })
      const [error] = await failed
      t.is(error.code, 'EADDRINUSE', name)
    }
    t.is(fs.readFileSync(target, 'utf8'), 'precious')
    t.deepEqual(fs.readdirSync(folder).sort(), [
      'dangling',
      'folder',
      'link',
      'link to a socket',
      'socket',
      'target'
    ])
    t.is(fs.readlinkSync(path.join(folder, 'link')), target)
    await dial(t, { path: socket })
  })
}

test('a stale socket: never refuses it, probe and sockets take it over; probe leaves a live one alone', async (t) => {
  const folder = directory(t)
  const stale = async (name) => {
    const program = run(t, path.join(__dirname, 'programs', 'listening.js'), {
      path: path.join(folder, name)
    })
    await program.report('listening')
    await program.kill()
    return path.join(folder, name)
  }
  for (const [unlink, taken] of [
    ['never', false],
    ['probe', true],
    ['sockets', true]
  ]) {
    const file = await stale(unlink)
    const listener = idle(t)
    const outcome = Promise.race([next(listener, 'error'), next(listener, 'listening')])
    listener.listen({ path: file, unlink })
    const [error] = await outcome
    t.is(error?.code, taken ? undefined : 'EADDRINUSE')
  }
  const second = idle(t)
  const failed = next(second, 'error')
  second.listen({ path: path.join(folder, 'probe'), unlink: 'probe' })
  t.is((await failed)[0].code, 'EADDRINUSE')
  await dial(t, { path: path.join(folder, 'probe') })
})

test('taking over is atomic: clients that come all the time are never refused', async (t) => {
  const { path: file } = await PLACES.local(t)
  let listener = idle(t)
  listener.listen({ path: file })
  const program = run(t, path.join(__dirname, 'programs', 'knocking.js'), { address: { path: file } })
  await program.report('knocking')
  let before = 0
  for (let n = 0; n < 200; n++) {
    const successor = idle(t)
    successor.listen({ path: file, unlink: 'sockets' })
    listener.close()
    for (const connection of listener.connections) connection.destroy()
    t.true(fs.lstatSync(file).isSocket(), 'the successor keeps its file')
    listener = successor
    if (n % 10 === 0) await next(listener, 'connection')
    before += listener.connections.size
    for (const connection of listener.connections) connection.destroy()
  }
  await program.tell('stop')
  const [{ connected, failures }] = await program.report('result')
  t.deepEqual(failures, {})
  t.true(connected > 20, `${connected} connections, ${before} seen`)
  t.deepEqual(fs.readdirSync(path.dirname(file)), [path.basename(file)])
})

test('permissions: those of the umask, and what is asked for beyond', async (t) => {
  const folder = directory(t)
  const umask = process.umask()
  for (const [name, options, wanted] of [
    ['plain', {}, 0o777 & ~umask],
    ['readable', { readableAll: true }, (0o777 & ~umask) | 0o444],
    ['writable', { writableAll: true }, (0o777 & ~umask) | 0o222],
    ['both', { readableAll: true, writableAll: true }, (0o777 & ~umask) | 0o666]
  ]) {
    const listener = idle(t)
    listener.listen({ path: path.join(folder, name), ...options })
    t.is(fs.statSync(path.join(folder, name)).mode & 0o777, wanted, name)
  }
})

test('a file that is no longer its own is not removed', async (t) => {
  const { path: file } = await PLACES.local(t)
  const listener = idle(t)
  listener.listen({ path: file })
  fs.unlinkSync(file)
  fs.writeFileSync(file, 'of somebody else')
  await called((resolve) => listener.close(resolve), 'the closing')
  t.is(fs.readFileSync(file, 'utf8'), 'of somebody else')
})

test('Symbol.asyncDispose', async (t) => {
  const listener = idle(t)
  if (typeof listener[Symbol.asyncDispose] !== 'function') return t.pass()
  listener.listen({ port: 0 })
  await deadline(listener[Symbol.asyncDispose](), 'the disposal')
  await deadline(listener[Symbol.asyncDispose](), 'another one')
  t.false(listener.listening)
})
