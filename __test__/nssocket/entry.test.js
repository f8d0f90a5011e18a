'use strict'

// The entry of the drop-in itself, whatever the subject of the other tests is.

const test = require('ava')
const { EventEmitter2 } = require('eventemitter2')

test('NS-1: require and import give the same', async (t) => {
  const entry = require('napi-ipc/nssocket')
  const module = await import('napi-ipc/nssocket')
  t.deepEqual(Object.keys(module).sort(), ['NsSocket', 'createServer', 'default'])
  t.is(module.default, entry)
  t.is(module.NsSocket, entry.NsSocket)
  t.is(module.createServer, entry.createServer)
})

test('NS-1: the front door has it', (t) => {
  t.is(require('napi-ipc').nssocket, require('napi-ipc/nssocket'))
})

test('NS-1: an NsSocket is an EventEmitter2', (t) => {
  const { NsSocket } = require('napi-ipc/nssocket')
  t.true(NsSocket() instanceof EventEmitter2)
})

test('NS-1: two copies of the module, as after a reset of the module cache, work side by side', (t) => {
  const first = require('napi-ipc/nssocket')
  const own = Object.keys(require.cache).filter((file) => /[\\/]lib[\\/]nssocket[\\/]/.test(file))
  const kept = own.map((file) => [file, require.cache[file]])
  for (const file of own) delete require.cache[file]
  const second = require('napi-ipc/nssocket')
  for (const [file, module] of kept) require.cache[file] = module
  t.not(first.NsSocket, second.NsSocket)
  for (const { NsSocket } of [first, second]) {
    const seen = []
    const socket = new NsSocket()
    socket.data('a::*', (data) => seen.push(data))
    socket.emit('data::a::b', 1)
    t.deepEqual(seen, [1])
  }
})
