'use strict'

const test = require('ava')
const { root, SENDERS, RECEIVERS, makeClient, makeServer, pair, frame, each, END } = require('./support')
const { Recorder, next } = require('../common/events')
const { local } = require('../common/places')
const { settle } = require('../common/raw')
const { state } = require('../common/deadline')

/** The error that `target` emits during `action`, and how many there were. */
function emitted(target, action) {
  const errors = []
  const listen = (error) => errors.push(error)
  target.on('error', listen)
  const result = action()
  target.off('error', listen)
  return { result, errors }
}

function isSendError(t, error, Class, code, message) {
  t.true(error instanceof Error)
  t.is(error.constructor.name, Class)
  t.is(error.name, 'Error')
  t.is(error.message, message)
  if (root[Class]) {
    t.true(error instanceof root[Class])
    t.true(error instanceof root.SendError)
    t.is(error.code, code)
  }
}

const NO_SERVER = ['NoServerError', 'ERR_NO_SERVER', 'Can not send, no active server connection.']
const CLIENT_CLOSED = ['SendAfterCloseError', 'ERR_SEND_AFTER_CLOSE', "Can not 'send()' after 'close()'."]

const MESSAGE = { x: 1 }

test('SI-16: send before connect() and before the connection is there', async (t) => {
  const client = makeClient(t, await local(t))
  const before = emitted(client, () => client.send('a', MESSAGE))
  client.connect()
  const during = emitted(client, () => client.send('b', MESSAGE))
  for (const [topic, { errors, result }] of Object.entries({ a: before, b: during })) {
    t.is(result, undefined)
    t.is(errors.length, 1)
    isSendError(t, errors[0], ...NO_SERVER)
    t.is(errors[0].sentTopic, topic)
    t.is(errors[0].sentMessage, MESSAGE)
    t.deepEqual(Object.keys(errors[0]), ['sentTopic', 'sentMessage'])
  }
})

test('SI-16: without a handler of error it throws', async (t) => {
  const client = makeClient(t, await local(t))
  const error = t.throws(() => client.send('a', 1))
  isSendError(t, error, ...NO_SERVER)
})

test('SI-16: send after the connection was lost', async (t) => {
  const { target, peer } = await RECEIVERS.client(t, await local(t))
  const lost = next(target, 'disconnect')
  peer.socket.end()
  await lost
  const { errors } = emitted(target, () => target.send('a', 1))
  isSendError(t, errors[0], ...NO_SERVER)
})

test('SI-16: nothing is kept for later', async (t) => {
  const address = await local(t)
  const client = makeClient(t, address)
  client.connect()
  emitted(client, () => client.send('lost', 1))
  const server = makeServer(t, address)
  const log = new Recorder(server, ['message'])
  server.listen()
  await next(client, 'connect')
  client.send('sent', 1)
  await log.seen('message')
  t.deepEqual(
    log.all('message').map(([, topic]) => topic),
    ['sent']
  )
})

test('SI-17: a client after close()', async (t) => {
  const { client } = await pair(t, await local(t))
  client.close()
  const { errors, result } = emitted(client, () => client.send('a', MESSAGE))
  t.is(result, undefined)
  t.is(errors.length, 1)
  isSendError(t, errors[0], ...CLIENT_CLOSED)
  t.like(errors[0], { sentTopic: 'a', sentMessage: MESSAGE })
  isSendError(
    t,
    t.throws(() => client.send('a', 1)),
    ...CLIENT_CLOSED
  )
})

test('SI-17: a client that never was connected, after close()', async (t) => {
  const client = makeClient(t, await local(t))
  client.close()
  const { errors } = emitted(client, () => client.send('a', 1))
  isSendError(t, errors[0], ...CLIENT_CLOSED)
})

for (const method of ['send', 'broadcast']) {
  test(`SI-17: a server's ${method} after close()`, async (t) => {
    const { server, id } = await pair(t, await local(t))
    const text = `Can not '.${method}()' after '.close()'`
    server.close()
    for (const to of [id, 'nobody']) {
      const { errors, result } = emitted(server, () => server[method]('a', MESSAGE, to))
      t.is(result, undefined)
      t.is(errors.length, 1)
      isSendError(t, errors[0], 'SendAfterCloseError', 'ERR_SEND_AFTER_CLOSE', text)
      t.like(errors[0], { sentTopic: 'a', sentMessage: MESSAGE })
    }
    isSendError(
      t,
      t.throws(() => server[method]('a', 1, id)),
      'SendAfterCloseError',
      'ERR_SEND_AFTER_CLOSE',
      text
    )
  })
}

test('SI-18: an id that is nobody’s', async (t) => {
  const { server } = await pair(t, await local(t))
  for (const id of ['nobody', undefined, null, 5, '__proto__', 'constructor']) {
    const { errors, result } = emitted(server, () => server.send('a', MESSAGE, id))
    t.is(result, undefined)
    t.is(errors.length, 1)
    isSendError(t, errors[0], 'BadClientError', 'ERR_BAD_CLIENT', `Invalid client id: ${id}`)
    t.deepEqual(Object.keys(errors[0]), ['sentTopic', 'sentMessage', 'clientId'])
    t.like(errors[0], { sentTopic: 'a', sentMessage: MESSAGE, clientId: id })
  }
})

test('SI-18: before listen() every id is nobody’s, and a broadcast is for nobody', async (t) => {
  const server = makeServer(t, await local(t))
  const { errors } = emitted(server, () => server.send('a', 1, 'x'))
  t.is(errors[0].constructor.name, 'BadClientError')
  t.deepEqual(emitted(server, () => server.broadcast('a', 1)).errors, [])
})

test('SI-18: the id of a client that has left', async (t) => {
  const { server, client, id, socket } = await pair(t, await local(t))
  const ended = next(socket, 'end')
  client.close()
  await ended
  const { errors } = emitted(server, () => server.send('a', 1, id))
  t.is(errors[0].constructor.name, 'BadClientError')
  t.is(errors[0].clientId, id)
})

test('a socket that the program has ended or destroyed is not sent to, and that is no secret (ruling 3)', async (t) => {
  const address = await local(t)
  for (const end of ['end', 'destroy']) {
    const { server, client, id, socket } = await pair(t, address)
    socket[end]()
    const { errors } = emitted(server, () => server.send('a', 1, id))
    t.is(errors[0].constructor.name, 'BadClientError')
    await next(client, 'disconnect')
    await next(client, 'connect')
    client._socket[end]()
    t.is(emitted(client, () => client.send('a', 1)).errors[0].constructor.name, 'NoServerError')
    client.close()
    const closed = next(server, 'close')
    server.close()
    await closed
  }
})

const cycle = () => {
  const message = {}
  message.self = message
  return message
}

each(
  test,
  SENDERS,
  'SI-19: what JSON has no form for is an event, and the connection goes on',
  async (t, sender) => {
    const { target, peer, send } = await sender(t, await local(t))
    const failing = {
      toJSON() {
        throw new Error('no JSON today')
      }
    }
    const failures = [
      [cycle(), /^Failed to encode, caused by: Converting circular structure to JSON/],
      [5n, /^Failed to encode, caused by: Do not know how to serialize a BigInt$/],
      [{ deep: [1, 5n] }, /^Failed to encode, caused by: Do not know how to serialize a BigInt$/],
      [failing, /^Failed to encode, caused by: no JSON today$/]
    ]
    for (const [message, text] of failures) {
      const { errors, result } = emitted(target, () => send('m', message))
      t.is(result, undefined)
      t.is(errors.length, 1)
      const [error] = errors
      isSendError(t, error, 'EncodeError', 'ERR_ENCODE', error.message)
      t.regex(error.message, text)
      t.is(error.sentMessage, message)
      t.is(error.sentTopic, 'm')
    }
    isSendError(
      t,
      t.throws(() => send('m', 5n)),
      'EncodeError',
      'ERR_ENCODE',
      'Failed to encode, caused by: Do not know how to serialize a BigInt'
    )
    const topic = emitted(target, () => send(5n, 1))
    t.is(topic.errors[0].sentTopic, 5n)
    send('m', 'fine')
    t.deepEqual(await peer.frames(1, END), ['{"topic":"m","message":"fine"}'])
  }
)

test('SI-19: a toJSON that throws something else than an error (ruling 1)', async (t) => {
  const { target, send } = await SENDERS['client.send'](t, await local(t))
  for (const thrown of [null, undefined, 'text']) {
    const { errors } = emitted(target, () =>
      send('m', {
        toJSON() {
          throw thrown
        }
      })
    )
    isSendError(t, errors[0], 'EncodeError', 'ERR_ENCODE', `Failed to encode, caused by: ${thrown}`)
  }
})

each(test, SENDERS, 'messages leave in the order they were sent in', async (t, sender) => {
  const { peer, send } = await sender(t, await local(t))
  const numbers = Array.from({ length: 5000 }, (_, n) => n)
  for (const n of numbers) {
    send(`topic ${n % 3}`, n)
    if (n % 1000 === 0) await settle(1)
  }
  const frames = await peer.frames(numbers.length, END)
  t.deepEqual(
    frames,
    numbers.map((n) => frame(`topic ${n % 3}`, n).slice(0, -2))
  )
})

test('a message is sent as it was when it was sent', async (t) => {
  const { peer, send } = await SENDERS['client.send'](t, await local(t))
  const message = { n: 1 }
  send('m', message)
  message.n = 2
  send('m', message)
  t.deepEqual(await peer.frames(2, END), [
    '{"topic":"m","message":{"n":1}}',
    '{"topic":"m","message":{"n":2}}'
  ])
})

test('the socket tells what waits, and when it has left', async (t) => {
  const { target, peer, id, socket } = await RECEIVERS.server(t, await local(t))
  peer.socket.pause()
  const log = new Recorder(socket, ['drain'])
  for (let n = 0; n < 100; n++) target.send('m', 'x'.repeat(1 << 16), id)
  await state(() => socket.writableLength > 0, 'bytes that wait')
  peer.socket.resume()
  await state(() => socket.writableLength === 0, 'that nothing waits')
  await log.seen('drain')
  t.true(socket.bytesWritten > 100 * (1 << 16))
})
