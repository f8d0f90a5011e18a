'use strict'

// Errors look as node's own net makes them.

const dns = require('node:dns')
const fs = require('node:fs')
const net = require('node:net')
const path = require('node:path')
const test = require('ava')
const { engine, protocol, receiver, serve, PLACES } = require('./support')
const { next, Recorder } = require('../common/events')
const { directory, freePort } = require('../common/places')
const { settle } = require('../common/raw')

/** What a program can see of an error. */
const shape = ({ name, message, code, errno, syscall, address, port, constructor }) => ({
  ...{ name, message, code, errno, syscall, address, port },
  constructor: constructor.name
})

/** The failures of connecting as node and as the engine tell them. */
async function connecting(t, address) {
  const theirs = net.connect(address)
  const [theirError] = await next(theirs, 'error')
  const log = receiver()
  const ours = engine.connect(address, protocol(), log)
  const heard = next(ours, 'error')
  await log.seen('closed')
  t.deepEqual(log.types, ['failed', 'closed'])
  t.deepEqual(log.all('closed'), [[true]])
  const [[error]] = log.all('failed')
  t.is((await heard)[0], error)
  return [theirError, error]
}

/** The same of listening. */
async function listening(address) {
  const theirs = net.createServer()
  const failed = next(theirs, 'error')
  theirs.listen(address)
  const [theirError] = await failed
  const ours = new engine.Listener(protocol(), {})
  const alsoFailed = next(ours, 'error')
  ours.listen(address)
  const [error] = await alsoFailed
  return [theirError, error]
}

const same = (t, [theirs, ours]) => {
  t.deepEqual(shape(ours), shape(theirs))
  t.true(ours instanceof Error)
  t.is(Object.keys(ours).sort().join(), Object.keys(theirs).sort().join())
}

test('connect: nobody listens at a port', async (t) => {
  same(t, await connecting(t, { host: '127.0.0.1', port: await freePort() }))
})

test('connect: no file, a file that is no socket, a socket nobody listens on, a long missing path', async (t) => {
  const folder = directory(t)
  same(t, await connecting(t, { path: path.join(folder, 'missing') }))
  fs.writeFileSync(path.join(folder, 'file'), '')
  same(t, await connecting(t, { path: path.join(folder, 'file') }))
  const server = net.createServer()
  await new Promise((resolve) => server.listen(path.join(folder, 'socket'), resolve))
  fs.linkSync(path.join(folder, 'socket'), path.join(folder, 'stale'))
  await new Promise((resolve) => server.close(resolve))
  same(t, await connecting(t, { path: path.join(folder, 'stale') }))
  same(t, await connecting(t, { path: path.join(folder, 'file', 'below') }))
})

test('connect: a name with no address', async (t) => {
  // The resolver may have another reason each time.
  const failure = await t.throwsAsync(dns.promises.lookup('no-such-name.invalid'))
  const lookup = (host, options, done) =>
    setImmediate(() => done(Object.assign(new Error(failure.message), failure)))
  same(t, await connecting(t, { host: 'no-such-name.invalid', port: 1, lookup }))
})

test('connect: several addresses, none answers', async (t) => {
  const port = await freePort()
  const list = [
    { address: '127.0.0.1', family: 4 },
    { address: '127.0.0.2', family: 4 }
  ]
  const lookup = (host, options, done) => process.nextTick(done, null, list)
  const [theirs, ours] = await connecting(t, { host: 'several', port, lookup, autoSelectFamily: true })
  t.is(ours.code, 'ECONNREFUSED')
  t.is(ours.constructor, AggregateError)
  t.deepEqual(ours.errors.map(shape), theirs.errors.map(shape))
})

test('connect: answers of a lookup that are no address', async (t) => {
  for (const answer of [[], [{ address: 'nope', family: 4 }], [{}], 'nope', undefined]) {
    const lookup = (host, options, done) => setImmediate(done, null, answer)
    const log = receiver()
    const connection = engine.connect({ host: 'a.name', port: 1, lookup }, protocol(), log)
    await log.seen('closed')
    t.is(log.all('failed')[0][0].code, 'ERR_INVALID_IP_ADDRESS')
    t.true(connection.destroyed)
  }
})

test('connect: a lookup that throws, or is none', async (t) => {
  const reason = new Error('thrown')
  const log = receiver()
  const throwing = () => {
    throw reason
  }
  t.is(
    t.throws(() => engine.connect({ host: 'a.name', port: 1, lookup: throwing }, protocol(), log)),
    reason
  )
  t.throws(() => engine.connect({ host: 'a.name', port: 1, lookup: 5 }, protocol(), log), {
    instanceOf: TypeError
  })
  t.throws(() => engine.connect({ host: 5, port: 1 }, protocol(), log), { code: 'ERR_INVALID_ARG_TYPE' })
  await settle()
  // The caller has got no connection, so none is told of.
  t.deepEqual(log.types, [])
})

test('connect: bad ports and local addresses, as node says it', (t) => {
  const caught = (connect) => {
    try {
      connect().destroy()
    } catch (error) {
      return error
    }
  }
  for (const port of [65_536, -1, 1.5, '70000', NaN]) {
    const theirs = caught(() => net.connect({ host: '127.0.0.1', port }))
    const ours = caught(() => engine.connect({ host: '127.0.0.1', port }, protocol(), {}))
    t.deepEqual(shape(ours), { ...shape(theirs), constructor: ours.constructor.name }, String(port))
  }
  for (const options of [{ localAddress: 'nope' }, { localAddress: '300.1.1.1' }]) {
    const address = { host: '127.0.0.1', port: 1, ...options }
    const theirs = caught(() => net.connect(address))
    const ours = caught(() => engine.connect(address, protocol(), {}))
    t.is(ours.code, theirs.code)
    t.is(ours.message, theirs.message)
  }
  t.throws(() => engine.connect({ path: 5 }, protocol(), {}), { code: 'ERR_INVALID_ARG_TYPE' })
})

test('listen: the address is taken', async (t) => {
  const tcp = await PLACES.TCP()
  await serve(t, tcp, protocol())
  same(t, await listening(tcp))
  const local = await PLACES.local(t)
  await serve(t, local, protocol())
  same(t, await listening(local))
})

test('listen: a missing directory, an address of somebody else', async (t) => {
  same(t, await listening({ path: path.join(directory(t), 'missing', 's') }))
  same(t, await listening({ host: '192.0.2.1', port: 0 }))
})

test('listen: a bad port, as node says it', (t) => {
  for (const port of [65_536, -1, 1.5, 'x']) {
    const theirs = t.throws(() => net.createServer().listen({ port }))
    const ours = t.throws(() => new engine.Listener(protocol(), {}).listen({ port }))
    t.is(ours.code, theirs.code)
    t.is(ours.message, theirs.message)
  }
})

if (process.getuid?.() !== 0) {
  test('listen and connect without permission', async (t) => {
    const folder = directory(t)
    fs.chmodSync(folder, 0o500)
    t.teardown(() => fs.chmodSync(folder, 0o700))
    same(t, await listening({ path: path.join(folder, 's') }))
  })
}

for (const [name, address] of Object.entries(PLACES)) {
  test(`a reset and a broken pipe (${name})`, async (t) => {
    const where = await address(t)
    const theirs = async (socket) => next(socket, 'error').then(([error]) => shape(error))
    // The peer closes with our bytes unread: a reset.
    const log = new Recorder()
    const server = net.createServer({ pauseOnConnect: true }, (socket) => {
      socket.on('error', () => {})
      log.add('accepted', socket)
    })
    await new Promise((resolve) => server.listen(where, resolve))
    t.teardown(() => server.close())
    const node = net.connect(where)
    node.write('unread', () => log.add('written'))
    const broken = theirs(node)
    await log.seen('accepted')
    await log.seen('written')
    log.all('accepted')[0][0].destroy()
    const wanted = await broken
    const ours = engine.connect(where, protocol(), {})
    ours.send('"unread"', () => log.add('written'))
    const own = theirs(ours)
    await log.seen('accepted', 2)
    await log.seen('written', 2)
    log.all('accepted')[1][0].destroy()
    t.deepEqual(await own, wanted)
    t.is(wanted.code, 'ECONNRESET')
  })
}

test('a peer that is gone: EPIPE of a write, with its callback', async (t) => {
  const address = await PLACES.local(t)
  const server = net.createServer({ pauseOnConnect: true }, (socket) =>
    setTimeout(() => socket.destroy(), 20)
  )
  await new Promise((resolve) => server.listen(address, resolve))
  t.teardown(() => server.close())
  const connection = engine.connect(address, protocol({ allowHalfOpen: true }), {})
  const failed = next(connection, 'error')
  await next(connection, 'end')
  const late = await new Promise((resolve) => connection.send('1', resolve))
  const [error] = await failed
  t.is(late, error)
  t.like(error, { code: 'EPIPE', syscall: 'write', message: 'write EPIPE' })
})

test('a protocol that is none', (t) => {
  for (const size of [0, -1, 1.5, NaN, '5'])
    for (const option of ['maxFrameBytes', 'highWaterMark', 'maxOutboxBytes', 'maxInboxBytes'])
      t.throws(() => engine.connect({ path: '/nowhere' }, protocol({ [option]: size }), {}), {
        code: 'ERR_OUT_OF_RANGE'
      })
  t.throws(() => engine.connect({ path: '/nowhere' }, protocol({ codec: 'xml' }), {}))
  t.throws(() => engine.connect({ path: '/nowhere' }, protocol({ framing: { mode: 'delimiter' } }), {}))
})
