'use strict'

const test = require('ava')
const { eachTransport, local } = require('../common/places')
const { next, Recorder } = require('../common/events')
const { dial, frame, settle } = require('../common/raw')
const { library, served, calling, start, instance, pair } = require('./support')

const { IPCProtocolError } = library

const BROKEN = [
  ['bad', 'ERR_IPC_INVALID_JSON'],
  ['', 'ERR_IPC_INVALID_JSON'],
  ['{"type":"a"', 'ERR_IPC_INVALID_JSON'],
  ['\ufeff{"type":"a"}', 'ERR_IPC_INVALID_JSON'],
  ['null', 'ERR_IPC_INVALID_MESSAGE'],
  ['5', 'ERR_IPC_INVALID_MESSAGE'],
  ['[]', 'ERR_IPC_INVALID_MESSAGE'],
  ['"text"', 'ERR_IPC_INVALID_MESSAGE'],
  ['{"data":1}', 'ERR_IPC_INVALID_EVENT'],
  ['{"type":5}', 'ERR_IPC_INVALID_EVENT'],
  ['{"type":null}', 'ERR_IPC_INVALID_EVENT']
]

for (const parser of ['fast', 'guarded']) {
  for (const [text, code] of BROKEN) {
    eachTransport(test, `NI-18, NI-19: a server and ${text || 'nothing'}, ${parser}`, async (t, address) => {
      const { target, socket, peer } = await served(t, address, { parser })
      const log = new Recorder(target, ['a', 'b', 'error', 'socket.disconnected', 'close'])
      target.on('reply', (data, from) => target.emit(from, 'answer', data))
      let destroyed
      target.once('error', () => (destroyed = socket.destroyed))
      await peer.write(frame('a', 1) + frame('reply', 2) + text + '\f' + frame('b', 3))
      await log.seen('close')
      t.deepEqual(log.types, ['a', 'error', 'socket.disconnected', 'close'])
      const [[error]] = log.all('error')
      t.true(error instanceof IPCProtocolError)
      t.like(error, { name: 'IPCProtocolError', code })
      t.true(destroyed)
      t.is(log.all('close')[0][0], socket)
      await peer.close()
      // The answer to a message before it has left.
      t.is(peer.received.toString(), frame('answer', 2))
      const other = await dial(t, address)
      await other.send('a', 4)
      await log.seen('a', 2)
    })

    test(`NI-18: a client and ${text || 'nothing'}, ${parser}`, async (t) => {
      const { target, peer, server } = await calling(t, await local(t), { parser })
      const log = new Recorder(target, ['a', 'b', 'connect', 'error', 'disconnect', 'destroy'])
      await peer.write(frame('a', 1) + text + '\f' + frame('b', 2))
      await log.seen('destroy')
      t.deepEqual(log.types, ['a', 'error', 'disconnect', 'destroy'])
      t.is(log.all('error')[0][0].code, code)
      t.true(target.protocolViolation)
      await settle()
      t.is(server.peers.length, 1)
    })
  }
}

test('after a violation even connect() is the last attempt', async (t) => {
  const { target, peer, server } = await calling(t, await local(t))
  const log = new Recorder(target, ['connect', 'destroy'])
  await peer.write('bad\f')
  await log.seen('destroy')
  target.connect()
  await log.seen('connect')
  const again = await server.accepted(2)
  again.socket.destroy()
  await log.seen('destroy', 2)
  t.true(target.protocolViolation)
})

test('lifecycle names pass the fast parser, an empty name too', async (t) => {
  const { target, peer } = await served(t, await local(t))
  const log = new Recorder(target, ['error', 'close', ''])
  await peer.write(frame('error', 'no') + frame('close', 'no') + frame('', 1))
  await log.seen('')
  t.deepEqual(log.types, ['error', 'close', ''])
})

test('a handler that destroys the connection stops what is behind', async (t) => {
  for (const parser of ['fast', 'guarded']) {
    const { target, socket, peer } = await served(t, await local(t), { parser })
    const log = new Recorder(target, ['a', 'error', 'close'])
    target.once('a', () => socket.destroy())
    await peer.write(frame('a', 1) + frame('a', 2) + 'bad\f')
    await log.seen('close')
    t.deepEqual(log.types, ['a', 'close'])
  }
})

test('names of Object.prototype are names like any other to the fast parser', async (t) => {
  const { server, client } = await pair(t, await local(t))
  for (const name of ['__proto__', 'constructor', 'toString']) {
    const seen = next(server, name)
    client.emit(name, { a: 1 })
    t.deepEqual((await seen)[0], { a: 1 })
  }
  t.is({}.a, undefined)
})

test('a paused socket is told of a violation when it is resumed', async (t) => {
  const server = await start(instance(t, { parser: 'guarded' }), await local(t))
  const accepted = next(server, 'connect')
  const peer = await dial(t, { path: server.path })
  const [socket] = await accepted
  const log = new Recorder(server, ['a', 'error', 'close'])
  server.once('a', () => socket.pause())
  await peer.write(frame('a') + frame('a') + '[]\f')
  await log.seen('a')
  await settle()
  t.deepEqual(log.types, ['a'])
  socket.resume()
  await log.seen('close')
  t.deepEqual(log.types, ['a', 'a', 'error', 'close'])
})
