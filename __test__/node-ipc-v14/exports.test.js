'use strict'

const os = require('node:os')
const test = require('ava')
const { library, root, instance } = require('./support')

const METHODS = ['connectTo', 'connectToNet', 'disconnect', 'serve', 'serveNet', 'log']
const NAMES = [
  'AssuredParser',
  'FastParser',
  'GuardedParser',
  'IPCModule',
  'IPCProtocolError',
  'Parser',
  'RawParser',
  'default'
]
const DEFAULTS = {
  appspace: 'app.',
  id: os.hostname(),
  encoding: 'utf8',
  rawBuffer: false,
  parser: 'fast',
  sync: false,
  unlink: true,
  identifyPeer: false,
  delimiter: '\f',
  maxMessageSize: 1048576,
  maxPendingBytes: 8388608,
  maxEventNameLength: 256,
  messageTimeout: 30000,
  allowReservedEvents: false,
  allowedEvents: false,
  silent: false,
  logPayloads: false,
  logDepth: 5,
  logInColor: true,
  maxConnections: 100,
  retry: 500,
  maxRetries: Infinity,
  stopRetrying: false,
  tls: false,
  networkPort: 8000,
  readableAll: false,
  writableAll: false,
  secureSocketRoot: true,
  interface: { localAddress: false, localPort: false, family: false, hints: false, lookup: false }
}

test('NI-3: all names are there, and the default is the singleton', (t) => {
  t.deepEqual(
    Object.keys(library)
      .filter((name) => name !== '__esModule')
      .sort(),
    NAMES
  )
  t.true(library.__esModule)
  t.is(library.FastParser, library.Parser)
  t.true(root instanceof library.IPCModule)
})

test('NI-3: require and import give the same', async (t) => {
  const required = require('napi-ipc/node-ipc/v14')
  const imported = await import('napi-ipc/node-ipc/v14')
  t.deepEqual(Object.keys(imported).sort(), NAMES)
  for (const name of NAMES) t.is(imported[name], required[name], name)
  t.is(require('napi-ipc').nodeIpcV14, required.default)
})

test('NI-3: the parsers have entries of their own', async (t) => {
  const { Parser } = require('napi-ipc/node-ipc/v14')
  const names = [...NAMES.filter((name) => name !== 'IPCModule'), 'createParser', 'reservedEventTypes'].sort()
  const required = require('napi-ipc/node-ipc/v14/parsers')
  const imported = await import('napi-ipc/node-ipc/v14/parsers')
  t.deepEqual(Object.keys(imported).sort(), names)
  for (const name of names) t.is(imported[name], required[name], name)
  t.is(required.default, Parser)
  const message = await import('napi-ipc/node-ipc/v14/parsers/message')
  t.is(message.default, message.MessageParser)
  t.is(require('napi-ipc/node-ipc/v14/parsers/message').MessageParser, message.default)
})

test('NI-3: the entry of 9.x answers to the names of 14.x without showing them', async (t) => {
  const classic = require('napi-ipc/node-ipc')
  const { GuardedParser, IPCProtocolError } = require('napi-ipc/node-ipc/v14')
  t.is(classic.GuardedParser, GuardedParser)
  t.is((await import('napi-ipc/node-ipc')).IPCProtocolError, IPCProtocolError)
  t.false(Object.keys(classic).includes('Parser'))
})

test('NI-2: methods are accessors, and assigning them is ignored', (t) => {
  const ipc = instance(t)
  t.deepEqual(Object.keys(root), ['config', 'of', 'server', 'IPC'])
  t.deepEqual(Object.keys(ipc), ['config', 'of', 'server'])
  for (const name of METHODS) {
    const before = ipc[name]
    t.is(typeof before, 'function')
    ipc[name] = 5
    t.is(ipc[name], before)
  }
  t.is(Object.getPrototypeOf(ipc.of), null)
  t.is(ipc.server, false)
  t.not(new root.IPC().config, ipc.config)
  t.is(new library.IPCModule().IPC, root.IPC)
})

test('NI-4: the defaults', (t) => {
  const { config } = new root.IPC()
  const { socketRoot, logger, IPType, networkHost, ...others } = config
  t.deepEqual(others, DEFAULTS)
  t.is(typeof logger, 'function')
  t.is(IPType, Object.values(os.networkInterfaces())[0]?.[0].family ?? '')
  t.is(networkHost, IPType === 'IPv6' ? '::1' : '127.0.0.1')
  t.is(typeof socketRoot, 'string')
})

test.serial('NI-4: the directory of local sockets is the user’s', (t) => {
  const before = process.env.XDG_RUNTIME_DIR
  t.teardown(() => {
    if (before === undefined) delete process.env.XDG_RUNTIME_DIR
    else process.env.XDG_RUNTIME_DIR = before
  })
  process.env.XDG_RUNTIME_DIR = '/run/somebody'
  t.is(new root.IPC().config.socketRoot, '/run/somebody/node-ipc/')
  delete process.env.XDG_RUNTIME_DIR
  t.is(new root.IPC().config.socketRoot, `${os.tmpdir()}/node-ipc-${process.getuid()}/`)
})

test('limits and parsers that make no sense are refused where they are read', (t) => {
  const make = (config) => {
    const ipc = instance(t, config)
    t.throws(() => ipc.serve('/nowhere'), { instanceOf: TypeError }, JSON.stringify(config))
    t.throws(() => ipc.connectTo('world', '/nowhere'), { instanceOf: TypeError })
    t.is(ipc.of.world, undefined)
  }
  for (const parser of ['nope', 5, {}, { encode() {} }, class {}]) make({ parser })
  for (const key of ['maxMessageSize', 'maxPendingBytes', 'maxEventNameLength', 'messageTimeout']) {
    for (const value of [-1, 1.5, '5', NaN, null, undefined]) make({ parser: 'guarded', [key]: value })
  }
  for (const key of ['maxMessageSize', 'maxPendingBytes', 'maxEventNameLength'])
    make({ parser: 'guarded', [key]: 0 })
  for (const allowedEvents of [false, [], new Set(), 'abc', {}]) make({ parser: 'assured', allowedEvents })
  for (const delimiter of ['', null, 5]) make({ delimiter })
  const fine = instance(t, { parser: 'guarded', maxMessageSize: Infinity, messageTimeout: 0 })
  t.notThrows(() => fine.serve('/nowhere'))
  const raw = instance(t, { parser: 'nope', rawBuffer: true })
  t.notThrows(() => raw.serve('/nowhere'))
  t.true(raw.server.raw)
})
