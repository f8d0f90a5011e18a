'use strict'

// The entries of the drop-in itself, whatever the subject of the other tests is.

const test = require('ava')

test('SM-1: require, import and the front door give the same functions', async (t) => {
  const model = require('napi-ipc/socket-model')
  const module = await import('napi-ipc/socket-model')
  t.is(module.default, model)
  t.is(module.createServer, model.createServer)
  t.is(module.createClient, model.createClient)
  t.is(require('napi-ipc').socketModel, model)
})

for (const name of ['SocketModel', 'SocketServer', 'SocketClient', 'MessageReader', 'MessageWriter']) {
  test(`SM-1: lib/${name} is there for require and import, with and without .js`, async (t) => {
    const found = require(`napi-ipc/socket-model/lib/${name}`)
    t.is(require(`napi-ipc/socket-model/lib/${name}.js`), found)
    t.is((await import(`napi-ipc/socket-model/lib/${name}`)).default, found)
  })
}

test('SM-1: the files of the implementation are not reached by path', (t) => {
  for (const path of ['lines', 'logger', 'lib/lines']) {
    t.throws(() => require(`napi-ipc/socket-model/${path}`), undefined, path)
  }
})
