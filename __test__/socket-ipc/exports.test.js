'use strict'

const EventEmitter = require('node:events')
const test = require('ava')
const { root } = require('./support')
const { specifier } = require('../common/subject')

const ERRORS = [
  'EncodeError',
  'DecodeError',
  'SendError',
  'SendAfterCloseError',
  'NoServerError',
  'BadClientError'
]

test('SI-1: Client, Server and a MessageError without a value, all of them writable and enumerable', (t) => {
  t.deepEqual(Object.keys(root).slice(0, 3), ['Client', 'Server', 'MessageError'])
  t.is(root.MessageError, undefined)
  for (const name of ['Client', 'Server', 'MessageError']) {
    const { writable, enumerable } = Object.getOwnPropertyDescriptor(root, name)
    t.true(writable && enumerable, name)
  }
})

test('SI-1: both are event emitters', (t) => {
  t.true(new root.Server({ socketFile: 'x' }) instanceof EventEmitter)
  t.true(new root.Client({ socketFile: 'x' }) instanceof EventEmitter)
})

test('SI-1: classes that extend them work', (t) => {
  class Named extends root.Client {
    constructor(options) {
      super(options)
      this.name = options.name
    }
  }
  const client = new Named({ socketFile: 'x', name: 'ada' })
  t.true(client instanceof root.Client)
  t.is(client.name, 'ada')
})

test('SI-1: the classes of the errors are exported (ruling 7)', (t) => {
  t.deepEqual(Object.keys(root), ['Client', 'Server', 'MessageError', ...ERRORS])
})

test('SI-1: an ES module gets the same by name, and all of it as default', async (t) => {
  const module = await import(specifier('socket-ipc'))
  t.is(module.default, root)
  for (const name of Object.keys(root)) t.is(module[name], root[name], name)
  t.is(Object.keys(module).length, Object.keys(root).length + 1)
})

test('SI-1: the front door has the dialect by name (ruling 7)', async (t) => {
  t.is(require('napi-ipc').socketIpc, root)
  t.is((await import('napi-ipc')).socketIpc, root)
})
