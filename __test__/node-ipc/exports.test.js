'use strict'

const test = require('ava')
const { root, instance } = require('./support')

const MEMBERS = [
  'config',
  'connectTo',
  'connectToNet',
  'disconnect',
  'serve',
  'serveNet',
  'of',
  'server',
  'log'
]
const FUNCTIONS = ['connectTo', 'connectToNet', 'disconnect', 'serve', 'serveNet', 'log']

test('NI-1: the entry is a singleton with ten own enumerable keys in order', (t) => {
  t.deepEqual(Object.keys(root), [...MEMBERS, 'IPC'])
  t.is(root.server, false)
  t.deepEqual(root.of, {})
  t.is(Object.getPrototypeOf(root.of), Object.prototype)
})

test('NI-1: an instance of its own is independent and has no IPC key', (t) => {
  const [one, two] = [instance(t), instance(t)]
  t.deepEqual(Object.keys(one), MEMBERS)
  t.false('IPC' in one)
  t.true(root instanceof root.IPC)
  for (const other of [two, root]) {
    t.not(one.config, other.config)
    t.not(one.config.interface, other.config.interface)
    t.not(one.of, other.of)
  }
  one.config.id = 'one'
  one.serve('/nowhere')
  t.not(two.config.id, 'one')
  t.is(two.server, false)
  t.is(root.server, false)
})

test('NI-1: methods use `this`', (t) => {
  const { connectTo } = instance(t)
  t.throws(() => connectTo('world'), { instanceOf: TypeError })
})

test('NI-2: functions cannot be assigned, config, of and server can', (t) => {
  const ipc = instance(t)
  for (const name of FUNCTIONS) {
    const before = ipc[name]
    t.is(typeof before, 'function')
    t.throws(() => (ipc[name] = () => {}), { instanceOf: TypeError }, name)
    t.is(ipc[name], before)
    t.throws(() => delete ipc[name], { instanceOf: TypeError }, name)
  }
  t.throws(() => (root.IPC = 1), { instanceOf: TypeError })
  for (const name of ['config', 'of', 'server']) {
    const before = ipc[name]
    const value = {}
    ipc[name] = value
    t.is(ipc[name], value)
    ipc[name] = before
  }
  t.throws(() => delete ipc.config, { instanceOf: TypeError })
  t.true(delete ipc.server)
})
