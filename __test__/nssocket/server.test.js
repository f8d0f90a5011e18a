'use strict'

const fs = require('node:fs')
const net = require('node:net')
const path = require('node:path')
const test = require('ava')
const { root, at, serve, socket, connected } = require('./support')
const { next, Recorder } = require('../common/events')
const { dial, settle } = require('../common/raw')
const { directory, eachTransport, freePort, local, tcp, socketIn } = require('../common/places')

/** A server that is not listening yet, closed when the test is over. */
function idle(t, ...args) {
  const server = root.createServer(...(args.length > 0 ? args : [() => {}]))
  t.teardown(() => server.close())
  return server
}

eachTransport(
  test,
  'NS-34: createServer gives a net.Server, inbound sockets never start',
  async (t, address) => {
    const { server, accepted } = await serve(t, address)
    t.true(server instanceof net.Server)
    const outbound = await connected(t, address)
    const inbound = await accepted()
    t.true(inbound instanceof root.NsSocket)
    t.true(inbound.connected)
    t.is(inbound._reconnect, false)
    const log = new Recorder(inbound, ['start', 'close'])
    outbound.end()
    await log.seen('close')
    t.deepEqual(log.types, ['close'])
  }
)

test('NS-34: inbound sockets do not reconnect, whatever the options say', async (t) => {
  const address = await local(t)
  const { accepted } = await serve(t, address, { reconnect: true, retryInterval: 5 })
  const outbound = await connected(t, address)
  const inbound = await accepted()
  t.is(inbound._reconnect, false)
  const closed = next(inbound, 'close')
  outbound.end()
  await closed
  await settle()
  t.is(inbound.retry.retries, 0)
})

test('NS-34: the options are completed, and not shared between connections (unlike the original: ruling 18)', async (t) => {
  const options = { reconnect: true }
  const address = await local(t)
  const { accepted } = await serve(t, address, options)
  t.deepEqual(options, { reconnect: true, type: 'tcp4', delimiter: '::' })
  await connected(t, address)
  await connected(t, address)
  const [one, two] = [await accepted(1), await accepted(2)]
  t.not(one._options, two._options)
  t.deepEqual(options, { reconnect: true, type: 'tcp4', delimiter: '::' })
})

eachTransport(
  test,
  'NS-34: the connection event has the raw connection, after the listener',
  async (t, address) => {
    const log = new Recorder()
    const server = idle(t, (accepted) => log.add('listener', accepted))
    server.on('connection', (raw) => log.add('connection', raw))
    await new Promise((resolve) => server.listen(...at(address), resolve))
    const outbound = await connected(t, address)
    await log.seen('connection')
    t.deepEqual(log.types, ['listener', 'connection'])
    const [[accepted]] = log.all('listener')
    const [[raw]] = log.all('connection')
    t.is(accepted.socket, raw)
    t.false(raw instanceof root.NsSocket)
    outbound.end()
  }
)

test('NS-34: listen in the forms of net.Server', async (t) => {
  const folder = directory(t)
  const forms = {
    port: async () => [await freePort()],
    'port as a string': async () => [String(await freePort())],
    'port, host': async () => [await freePort(), '127.0.0.1'],
    'port, host, backlog': async () => [await freePort(), '127.0.0.1', 10],
    'port, backlog': async () => [await freePort(), 10],
    'port, nothing': async () => [await freePort(), undefined],
    'port 0': async () => [0],
    nothing: async () => [],
    null: async () => [null],
    path: async () => [socketIn(folder, 'path')],
    'path, backlog': async () => [socketIn(folder, 'backlog'), 10],
    'options with a path': async () => [{ path: socketIn(folder, 'options') }],
    'options with a port': async () => [{ port: await freePort(), host: 'localhost', backlog: 5 }],
    'options with port 0': async () => [{ port: 0, host: '127.0.0.1' }]
  }
  for (const [name, make] of Object.entries(forms)) {
    const args = await make()
    for (const withCallback of [true, false]) {
      const server = idle(t)
      const listening = next(server, 'listening')
      let called = 0
      t.is(server.listen(...args, ...(withCallback ? [() => called++] : [])), server, name)
      await listening
      t.is(called, withCallback ? 1 : 0, name)
      t.true(server.listening)
      const address = server.address()
      const raw = await dial(t, typeof address === 'string' ? { path: address } : { port: address.port })
      const closed = next(server, 'close')
      server.close()
      raw.socket.destroy()
      await closed
      t.false(server.listening)
    }
  }
  t.deepEqual(fs.readdirSync(folder), [])
})

test('NS-34: listen with neither a port nor a path throws', (t) => {
  for (const arg of [{}, { host: 'localhost' }])
    t.throws(() => idle(t).listen(arg), { instanceOf: TypeError })
  t.throws(() => idle(t).listen(70000), { code: 'ERR_SOCKET_BAD_PORT' })
})

test('NS-34: a signal closes the server', async (t) => {
  const controller = new AbortController()
  const server = idle(t)
  await new Promise((resolve) => server.listen({ port: 0, signal: controller.signal }, resolve))
  const closed = next(server, 'close')
  controller.abort()
  await closed
  t.false(server.listening)
})

test('NS-34: address, getConnections, close', async (t) => {
  const address = await tcp()
  const { server, accepted } = await serve(t, address)
  t.deepEqual(server.address(), { address: '127.0.0.1', family: 'IPv4', port: address.port })
  const outbound = await connected(t, address)
  await accepted()
  const count = () =>
    new Promise((resolve, reject) => server.getConnections((e, n) => (e ? reject(e) : resolve(n))))
  t.is(await count(), 1)
  const log = new Recorder(server, ['close'])
  server.close((...args) => log.add('closed', ...args))
  await settle()
  t.is(log.events.length, 0)
  outbound.end()
  await log.seen('close')
  t.is(await count(), 0)
  t.is(log.count('closed'), 1)
})

test('NS-34: maxConnections', async (t) => {
  const address = await local(t)
  const { server, sockets } = await serve(t, address)
  server.maxConnections = 1
  const first = await dial(t, address)
  const second = await dial(t, address)
  await second.close()
  t.is(sockets.length, 1)
  first.socket.destroy()
})

test('NS-34: an address in use is an error event, and the path is not taken over', async (t) => {
  const address = await local(t)
  await serve(t, address)
  const server = idle(t)
  const failed = next(server, 'error')
  server.listen(address.path)
  const [error] = await failed
  t.is(error.code, 'EADDRINUSE')
  t.is(error.syscall, 'listen')
  t.is(error.message, `listen EADDRINUSE: address already in use ${address.path}`)
  await connected(t, address)
})

test('CM-1: a missing directory is EACCES', async (t) => {
  const server = idle(t)
  const failed = next(server, 'error')
  server.listen(path.join(directory(t), 'missing', 's'))
  const [error] = await failed
  t.is(error.code, 'EACCES')
  t.is(error.syscall, 'listen')
})

test('CM-1: the socket file is there when listen returns, and gone after close', async (t) => {
  const { path: file } = await local(t)
  const server = idle(t)
  server.listen(file)
  t.true(fs.existsSync(file))
  await next(server, 'listening')
  const closed = next(server, 'close')
  server.close()
  await closed
  t.false(fs.existsSync(file))
})

test('NS-34: a server without a listener accepts (unlike the original)', async (t) => {
  const address = await local(t)
  const server = idle(t, {})
  await new Promise((resolve) => server.listen(address.path, resolve))
  const outbound = socket(t)
  await new Promise((resolve) => outbound.connect(address.path, resolve))
  t.true(outbound.connected)
})

test('NS-30: a type there is not throws from createServer (unlike the original)', (t) => {
  t.throws(() => root.createServer({ type: 'udp4' }, () => {}), { message: 'Bad Option Argument [type]' })
})

test('CM-9: servers and clients with options of their own do not disturb each other', async (t) => {
  const seen = []
  for (const delimiter of ['.', '/', '::']) {
    const address = await local(t)
    const codec = {
      encode: (list) => delimiter + JSON.stringify(list),
      decode: (text) => JSON.parse(text.slice(delimiter.length))
    }
    const { accepted } = await serve(t, address, { delimiter, ...codec })
    const outbound = await connected(t, address, { delimiter, ...codec })
    const inbound = await accepted()
    const answered = next(outbound, ['data', 'b', 'a'].join(delimiter))
    inbound.data(['a', 'b'].join(delimiter), (data) => inbound.send(['b', 'a'].join(delimiter), data))
    outbound.send(['a', 'b'].join(delimiter), delimiter)
    seen.push(...(await answered))
  }
  t.deepEqual(seen, ['.', '/', '::'])
})
