'use strict'

// The entry of the drop-in itself, whatever the subject of the other tests is.

const test = require('ava')

test('NI-1: require and import give the same singleton', async (t) => {
  const entry = require('napi-ipc/node-ipc')
  const module = await import('napi-ipc/node-ipc')
  t.is(module.default, entry)
  t.is(module.IPC, entry.IPC)
  t.is(module.IPCModule, entry.IPCModule)
})

test('NI-1: the entry answers to the names of the ESM generation without showing them', (t) => {
  const entry = require('napi-ipc/node-ipc')
  t.is(entry.default, entry)
  t.true(entry instanceof entry.IPCModule)
  t.true(entry.IPCModule.prototype instanceof entry.IPC)
  t.false(Object.keys(entry).includes('default'))
  t.false(Object.keys(entry).includes('IPCModule'))
})
