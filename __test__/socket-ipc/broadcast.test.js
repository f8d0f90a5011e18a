'use strict'

const test = require('ava')
const { makeServer, makeClient, start, connected, END } = require('./support')
const { Recorder, next } = require('../common/events')
const { local } = require('../common/places')
const { dial, settle } = require('../common/raw')

test('SI-28: every client gets it, once', async (t) => {
  const address = await local(t)
  const server = await start(t, address)
  const connections = new Recorder(server, ['connection'])
  const log = new Recorder()
  const clients = Array.from({ length: 20 }, () => makeClient(t, address))
  for (const client of clients) {
    log.follow(client, ['message.m'])
    client.connect()
  }
  await connections.seen('connection', clients.length)
  t.is(server.broadcast('m', { x: 1 }), undefined)
  server.broadcast('m', 'end')
  await log.seen('message.m', 2 * clients.length)
  await settle()
  const messages = log.all('message.m').map(([message]) => message)
  t.is(messages.filter((message) => message === 'end').length, clients.length)
  t.is(messages.filter((message) => message.x === 1).length, clients.length)
})

test('SI-28: it is encoded once', async (t) => {
  const address = await local(t)
  const server = await start(t, address)
  const connections = new Recorder(server, ['connection'])
  const peers = [await dial(t, address), await dial(t, address), await dial(t, address)]
  await connections.seen('connection', peers.length)
  let encoded = 0
  server.broadcast('m', { toJSON: () => ++encoded })
  for (const peer of peers) t.deepEqual(await peer.frames(1, END), ['{"topic":"m","message":1}'])
  t.is(encoded, 1)
})

test('SI-28: with a transcoder, too', async (t) => {
  const address = await local(t)
  let encoded = 0
  const transcoder = {
    socketEncoding: 'utf8',
    createEncoder: () => (wrapper, callback) => callback(null, `${wrapper.topic} ${++encoded}\n`),
    createDecoder: () => () => {}
  }
  const server = await start(t, address, { transcoder })
  const connections = new Recorder(server, ['connection'])
  const peers = [await dial(t, address), await dial(t, address)]
  await connections.seen('connection', 2)
  server.broadcast('m', 1)
  for (const peer of peers) t.deepEqual(await peer.frames(1, '\n'), ['m 1'])
})

test('SI-28: without clients nothing happens', async (t) => {
  const server = makeServer(t, await local(t))
  const log = new Recorder(server, ['error'])
  server.broadcast('m', 1)
  const listening = next(server, 'listening')
  server.listen()
  server.broadcast('m', 1)
  await listening
  server.broadcast('m', 1)
  await settle()
  t.is(log.count('error'), 0)
})

test('SI-28: clients that have left get nothing, the others do', async (t) => {
  const address = await local(t)
  const server = await start(t, address)
  const connections = new Recorder(server, ['connection'])
  const staying = await connected(t, address)
  const leaving = await dial(t, address)
  await connections.seen('connection', 2)
  const [, socket] = connections.all('connection')[1]
  const ended = next(socket, 'end')
  leaving.socket.end()
  await ended
  const message = next(staying, 'message')
  const log = new Recorder(server, ['error'])
  server.broadcast('m', 1)
  await message
  t.is(log.count('error'), 0)
})

test('SI-28: messages to one and to all keep their order', async (t) => {
  const address = await local(t)
  const server = await start(t, address)
  const connection = next(server, 'connection')
  const peer = await dial(t, address)
  const [id] = await connection
  const expected = []
  for (let n = 0; n < 1000; n++) {
    if (n % 2 === 0) server.send('m', n, id)
    else server.broadcast('m', n)
    expected.push(JSON.stringify({ topic: 'm', message: n }))
  }
  t.deepEqual(await peer.frames(1000, END), expected)
})

test('SI-28: a megabyte to several, one of which does not read', async (t) => {
  const address = await local(t)
  const server = await start(t, address)
  const connections = new Recorder(server, ['connection'])
  const deaf = await dial(t, address)
  deaf.socket.pause()
  const log = new Recorder()
  for (let n = 0; n < 3; n++) log.follow(await connected(t, address), ['message'])
  await connections.seen('connection', 4)
  const text = 'é'.repeat(1 << 19)
  server.broadcast('m', text)
  await log.seen('message', 3)
  t.true(log.all('message').every(([message]) => message === text))
  deaf.socket.resume()
  const [frame] = await deaf.frames(1, END)
  t.true(JSON.parse(frame).message === text)
})
