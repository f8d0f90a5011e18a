'use strict'

const EventEmitter = require('node:events')
const { inherits } = require('node:util')
const test = require('ava')
const { root, part, makeServer, makeClient, pair, receive, recorded, silent } = require('./support')
const { local } = require('../common/places')
const { next } = require('../common/events')

const CLASSES = ['SocketServer', 'SocketClient', 'MessageReader', 'MessageWriter']

const METHODS = {
  SocketServer: [
    'createdCallback',
    'onClientConnection',
    'broadcast',
    'onMessage',
    'start',
    'stop',
    'getClients',
    'getReader',
    'getWriter',
    '__protected'
  ],
  SocketClient: [
    'connectHandler',
    'errorHandler',
    'endHandler',
    'send',
    'onMessage',
    'start',
    'stop',
    'getReader',
    'getWriter',
    '__protected'
  ],
  MessageReader: ['lineHandler', 'getMessageCount', '__protected'],
  MessageWriter: ['wrapMessage', 'send', 'getMessageCount', '__protected']
}

/** One object of each class. */
function objects(t, address) {
  const server = makeServer(t, address)
  return {
    SocketServer: server,
    SocketClient: makeClient(t, address),
    MessageReader: server.getReader(),
    MessageWriter: server.getWriter()
  }
}

test('SM-1: the module is a plain object with two factories', (t) => {
  t.deepEqual(Object.keys(root), ['createServer', 'createClient'])
  t.is(Object.getPrototypeOf(root), Object.prototype)
  for (const name of Object.keys(root)) {
    t.is(typeof root[name], 'function')
    t.like(Object.getOwnPropertyDescriptor(root, name), { enumerable: true, writable: true })
  }
})

test('SM-1: the classes are reached by path', async (t) => {
  const made = objects(t, await local(t))
  t.is(part('SocketModel'), root)
  for (const name of CLASSES) {
    t.is(typeof part(name), 'function', name)
    t.is(part(`${name}.js`), part(name))
    t.true(made[name] instanceof part(name), name)
  }
})

test('SM-1: methods are properties of each object', async (t) => {
  const made = objects(t, await local(t))
  for (const name of CLASSES) {
    const own = Object.keys(made[name]).filter((key) => typeof made[name][key] === 'function')
    t.deepEqual(own.sort(), [...METHODS[name]].sort(), name)
  }
})

test('SM-1: servers and readers are event emitters, clients and writers are not', async (t) => {
  const made = objects(t, await local(t))
  t.true(made.SocketServer instanceof EventEmitter)
  t.true(made.MessageReader instanceof EventEmitter)
  t.false(made.SocketClient instanceof EventEmitter)
  t.false(made.MessageWriter instanceof EventEmitter)
})

test('SM-1: methods work without their object', async (t) => {
  const address = await local(t)
  const { server, client, socket } = await pair(t, address)
  const { broadcast, getClients, getWriter } = server
  const { send, getReader } = client
  const heard = receive({ onMessage: server.onMessage })
  send({ n: 1 })
  await heard.seen('message')
  const answers = receive({ onMessage: client.onMessage })
  broadcast('a')
  getWriter().send.call(undefined, 'b', getClients()[0])
  await answers.seen('message', 2)
  t.is(getClients()[0], socket)
  t.is((0, getReader().getMessageCount)(), 2)
  const { onClientConnection } = server
  const another = new Promise((resolve) => onClientConnection(resolve))
  const { start, stop } = makeClient(t, address)
  start()
  await another
  stop()
})

test('SM-1: programs can derive from the classes, with class and with util.inherits', (t) => {
  const { said, log } = recorded()
  const [Reader, Writer] = [part('MessageReader'), part('MessageWriter')]
  class Counting extends Reader {
    constructor(options) {
      super(options)
      const { lineHandler } = this
      this.lineHandler = (line) => lineHandler(line.replace('x', 'y'))
    }
  }
  function Signing(options) {
    Writer.call(this, options)
  }
  inherits(Signing, Writer)
  const reader = new Counting({ log })
  t.true(reader instanceof Reader)
  const message = next(reader, 'message')
  reader.lineHandler('{"x":1}')
  t.true(new Signing({ log }) instanceof Writer)
  t.is(new Signing({ log }).wrapMessage('m').message, 'm')
  t.is(said.count('error'), 0)
  return message.then(([data]) => t.deepEqual(data, { y: 1 }))
})

test('SM-2: createServer takes only objects', (t) => {
  const expected = { instanceOf: Error, message: 'createServer must be called with an object...' }
  for (const options of [1, 'text', true, () => {}, Symbol('s')]) {
    t.throws(() => root.createServer(options), expected, String(options))
  }
})

test('SM-2: createClient takes only objects with a socketFile', (t) => {
  const expected = {
    instanceOf: Error,
    message: 'createClient must be called with an object that defines socketFile...'
  }
  for (const options of [undefined, null, 0, 1, 'text', true, () => {}, {}, { socketFile: '' }]) {
    t.throws(() => root.createClient(options), expected, String(options))
  }
})

for (const factory of ['createServer', 'createClient']) {
  test(`SM-2: ${factory} fills in what is missing, in the object of the caller`, async (t) => {
    const { path } = await local(t)
    const options = { socketFile: path }
    const made = root[factory](options)
    t.deepEqual(Object.keys(options).sort(), ['log', 'reader', 'socketFile', 'writer'])
    t.is(options.socketFile, path)
    t.is(made.getReader(), options.reader)
    t.is(made.getWriter(), options.writer)
    for (const level of ['debug', 'info', 'warn', 'error']) t.is(typeof options.log[level], 'function')
  })

  test(`SM-2: ${factory} keeps what is given`, async (t) => {
    const { path } = await local(t)
    const reader = new (part('MessageReader'))({ log: silent })
    const writer = new (part('MessageWriter'))({ log: silent })
    const options = { socketFile: path, log: silent, reader, writer }
    const made = root[factory](options)
    t.deepEqual(options, { socketFile: path, log: silent, reader, writer })
    t.is(made.getReader(), reader)
    t.is(made.getWriter(), writer)
  })
}

test('SM-2: options that are used twice share reader and writer', async (t) => {
  const options = { socketFile: (await local(t)).path, log: silent }
  const server = root.createServer(options)
  const client = root.createClient(options)
  t.is(client.getReader(), server.getReader())
  t.is(client.getWriter(), server.getWriter())
})

/** What `action` writes with console.log. */
function printed(action) {
  const lines = []
  const { log } = console
  console.log = (...items) => lines.push(items)
  try {
    action()
  } finally {
    console.log = log
  }
  return lines
}

for (const options of [undefined, null, {}, { log: silent }]) {
  test.serial(
    `SM-3: a server has a random path, of which the console warns: ${JSON.stringify(options)}`,
    (t) => {
      let server
      const lines = printed(() => (server = root.createServer(options)))
      const { socketFile } = server.__protected()
      t.regex(socketFile, /^\/tmp\/socket-model-[0-9a-j]{6}\.sock$/)
      t.deepEqual(lines, [['WARNING: socket server created with random file: ', socketFile]])
      if (options) t.is(options.socketFile, socketFile)
    }
  )
}

test.serial('SM-2: the log that is filled in writes lines to the console, from info on', async (t) => {
  const options = { socketFile: (await local(t)).path }
  const lines = []
  const { log } = console
  console.log = (...items) => lines.push(items.join('|'))
  try {
    root.createServer(options)
    for (const level of ['trace', 'debug', 'info', 'warn', 'error', 'fatal'])
      options.log[level](level, ' é ', 1)
    options.log.setLevel('debug')
    options.log.debug('now')
    t.is(options.log.getLevel(), 'debug')
    t.true(options.log.isDebug() && options.log.isInfo())
    options.log.setLevel('error')
    t.false(options.log.isDebug() || options.log.isInfo())
    options.log.warn('no more')
    // The original writes in the next tick.
    await new Promise((resolve) => setImmediate(resolve))
  } finally {
    console.log = log
  }
  t.deepEqual(
    lines.map((line) => line.replace(/^\d\d:\d\d:\d\d\.\d{3} /, '')),
    ['INFO  info é 1', 'WARN  warn é 1', 'ERROR error é 1', 'FATAL fatal é 1', 'DEBUG now']
  )
  const now = new Date()
  t.true(lines.every((line) => Math.abs(Number(line.slice(0, 2)) - now.getHours()) % 22 <= 1))
})

test.serial('SM-3: nothing is said if there is a path', async (t) => {
  const { path } = await local(t)
  t.deepEqual(
    printed(() => root.createServer({ socketFile: path, log: silent })),
    []
  )
})

test('SM-26: what __protected() shows', async (t) => {
  const { path } = await local(t)
  const defaults = { socketFile: path, separator: '\n' }
  const options = { socketFile: path, log: silent }
  const server = root.createServer({ ...options })
  t.deepEqual(server.__protected(), { ...defaults, removeSocketFileOnStart: true })
  t.deepEqual(server.getReader().__protected(), { separator: '\n' })
  t.deepEqual(server.getWriter().__protected(), { separator: '\n' })
  const other = root.createServer({ ...options, removeSocketFileOnStart: false, separator: '|' })
  t.deepEqual(other.__protected(), { socketFile: path, removeSocketFileOnStart: false, separator: '|' })
  t.deepEqual(other.getReader().__protected(), { separator: '|' })
  t.deepEqual(other.getWriter().__protected(), { separator: '|' })
  t.deepEqual(root.createClient({ ...options }).__protected(), { ...defaults, reconnect: true })
})

test('SM-26: only booleans count as removeSocketFileOnStart and reconnect', async (t) => {
  const { path } = await local(t)
  for (const odd of [undefined, null, 0, '', 'no', {}]) {
    const options = { socketFile: path, log: silent, removeSocketFileOnStart: odd, reconnect: odd }
    t.true(root.createServer(options).__protected().removeSocketFileOnStart, String(odd))
    t.true(root.createClient(options).__protected().reconnect, String(odd))
  }
})

test('SM-26: reconnect is what was asked for, and off after stop() (ruling 2)', async (t) => {
  const { path } = await local(t)
  for (const reconnect of [true, false]) {
    const client = root.createClient({ socketFile: path, log: silent, reconnect })
    t.is(client.__protected().reconnect, reconnect)
    client.stop()
    t.is(client.__protected().reconnect, false)
  }
})

const NEEDED = {
  log: 'a log',
  socketFile: 'a socket file name',
  reader: 'a reader object',
  writer: 'a writer object'
}

for (const kind of ['Server', 'Client']) {
  for (const [missing, what] of Object.entries(NEEDED)) {
    test(`SM-27: new Socket${kind} without ${missing} throws`, async (t) => {
      const { path: socketFile } = await local(t)
      const whole = root.createServer({ socketFile, log: silent })
      const options = { socketFile, log: silent, reader: whole.getReader(), writer: whole.getWriter() }
      const Class = part(`Socket${kind}`)
      t.notThrows(() => new Class(options))
      t.throws(() => new Class({ ...options, [missing]: undefined }), {
        instanceOf: Error,
        message: `socket ${kind.toLowerCase()} must be constructed with ${what}`
      })
    })
  }
}

for (const name of ['MessageReader', 'MessageWriter']) {
  test(`SM-27: new ${name} without a log throws`, (t) => {
    t.throws(() => new (part(name))({}), {
      instanceOf: Error,
      message: 'socket server must be constructed with a log'
    })
  })
}
