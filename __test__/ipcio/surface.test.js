'use strict'

const test = require('ava')
const { client, connected, domainOf, server, Server, Client } = require('./support')

test('IO-1: exports, methods and what they return', async (t) => {
  const root = require('napi-ipc/ipcio')
  t.deepEqual(Object.keys(root), ['Server', 'Client'])
  const domain = domainOf(t)
  const one = server(t, { domain })
  t.is(one.isStarted(), false)
  t.is(one.addHandlers({ x() {} }), one)
  t.is(one.emit('nobody', 'x'), one)
  t.is(one.start(), one)
  t.is(one.isStarted(), true)
  t.is(one.broadcast('x', 1), one)
  const two = client(t, { domain, name: 'two' }, { y: ({ data }) => data })
  t.is(two.addHandlers({ x() {} }), two)
  t.deepEqual([two.isStarted(), two.isConnected()], [false, false])
  const connecting = two.connect()
  t.deepEqual([two.isStarted(), two.isConnected()], [true, false])
  t.is(await connecting, undefined)
  t.deepEqual([two.isStarted(), two.isConnected()], [true, true])
  t.is(await two.send('x', 1), undefined)
  t.is(await two.emit('two', 'x', 1), undefined)
  t.is(await two.broadcast('x', 1), undefined)
  t.is(await two.deliver('two', 'y', 7), 7)
  t.throws(() => new Server(null), { instanceOf: TypeError })
  t.throws(() => new Client(null), { instanceOf: TypeError })
  t.notThrows(() => new Server({}, null))
})

test('IO-1: require and import give the same classes', async (t) => {
  const module = await import('napi-ipc/ipcio')
  const entry = require('napi-ipc/ipcio')
  t.is(module.default, entry)
  t.is(module.Server, entry.Server)
  t.is(module.Client, entry.Client)
  t.is(require('napi-ipc').ipcio, entry)
})

test('IO-24: a second connect() throws', async (t) => {
  const domain = domainOf(t)
  const one = client(t, { domain })
  const first = one.connect()
  const message = `Tried to connect to IPC server for domain ${domain}, when already connected/ing.`
  t.throws(() => one.connect(), { message })
  server(t, { domain }).start()
  await first
  t.throws(() => one.connect(), { message })
})

test('IO-25: a second start() throws', (t) => {
  const domain = domainOf(t)
  const one = server(t, { domain }).start()
  t.throws(() => one.start(), {
    message: `Tried to start IPC server for domain ${domain}, that has already started.`
  })
  t.true(one.isStarted())
})

test('IO-28: what addHandlers refuses, and that the entries before a bad one stay', (t) => {
  for (const made of [new Server(), new Client()]) {
    const none = { message: 'Argument passed as "handler_collection" must be an object.' }
    for (const collection of [null, undefined, 5, 'x']) t.throws(() => made.addHandlers(collection), none)
    t.throws(() => made.addHandlers({ good() {}, bad: 5, never() {} }), {
      message: '"handler_collection" entry values must be callable.'
    })
    for (const command of ['handshake', 'discover', 'broadcast', 'emit', 'deliver', 'error']) {
      t.throws(() => made.addHandlers({ [command]() {} }), {
        message: 'Argument passed as "command" is restricted command name.'
      })
    }
    for (const command of ['good', 'toString', 'constructor']) {
      t.throws(() => made.addHandlers({ [command]() {} }), {
        message: `Handler for command "${command}" already registered.`
      })
    }
    t.deepEqual(Object.keys(made._command_handlers), ['good'])
    made.addHandlers({ never() {} })
  }
})

test('IO-13: the container, and `this`', async (t) => {
  const domain = domainOf(t)
  const seen = []
  function look(container) {
    seen.push([this, container])
    return true
  }
  const one = server(t, { domain }, { look }).start()
  const two = await connected(t, { domain, name: 'two' }, { look })
  await two.deliver('look', { a: 1 })
  await two.deliver('two', 'look', { a: 1 })
  const [[self, container], [selfTwo, containerTwo]] = seen
  t.is(self, one)
  t.is(selfTwo, two)
  for (const each of [container, containerTwo]) {
    t.deepEqual(Object.keys(each), ['data', 'uuid', 'name', 'socket', 'server'])
    t.deepEqual(each.data, { a: 1 })
    t.is(each.name, 'two')
    t.is(each.uuid, two._channel_id)
  }
  t.is(containerTwo.server, null)
  t.is(container.server.listening, false)
  t.is(container.socket, one._name_registry.two.socket)
  t.is(one._uuid_registry[container.uuid].name, 'two')
  await two.deliver('look', 2)
  t.is(seen[2][1].socket, container.socket, 'the same for all messages')
})

test('IO-14: writeCommand', async (t) => {
  const domain = domainOf(t)
  let result
  const flushed = new Promise((resolve) => {
    const handlers = { go: ({ socket }) => (result = socket.writeCommand('back', { a: 1 }, resolve)) }
    server(t, { domain }, handlers).start()
  })
  const back = new Promise((resolve) => {
    connected(t, { domain }, { back: ({ data }) => resolve(data) }).then((two) => two.send('go'))
  })
  t.deepEqual(await back, { a: 1 })
  await flushed
  t.is(result, true)
})

test('verbose is live and shows what happens', async (t) => {
  const domain = domainOf(t)
  const lines = []
  const { log } = console
  console.log = (...words) => lines.push(words.join(' '))
  try {
    const one = server(t, { domain, verbose: true }, { hello: () => 1 }).start()
    const two = await connected(t, { domain, name: 'two' })
    await two.deliver('hello', 1)
    t.true(lines.some((line) => line.includes('hello')))
    one.verbose = false
    lines.length = 0
    await two.deliver('hello', 1)
    t.deepEqual(lines, [])
  } finally {
    console.log = log
  }
})
