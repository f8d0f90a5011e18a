'use strict'

const test = require('ava')
const { RECEIVERS, SENDERS, makeServer, start, connected, pair, each } = require('./support')
const { Recorder, next } = require('../common/events')
const { local } = require('../common/places')
const { dial, inPieces, settle } = require('../common/raw')
const { state } = require('../common/deadline')

/** Lines of `topic=message`. Counts what it has made. */
function lines({ socketEncoding = 'utf8', later = (run) => run(), encode = (text) => text } = {}) {
  const transcoder = {
    socketEncoding,
    encoders: 0,
    decoders: 0,
    encoded: 0,
    chunks: [],
    createEncoder() {
      this.encoders++
      return ({ topic, message }, callback) => {
        this.encoded++
        later(() => callback(null, message === 'skip' ? null : encode(`${topic}=${message}\n`)))
      }
    },
    createDecoder() {
      this.decoders++
      let rest = ''
      return (chunk, callback) => {
        this.chunks.push(chunk)
        const texts = (rest + chunk).split('\n')
        rest = texts.pop()
        const bad = texts.find((text) => !text.includes('='))
        const wrappers = texts.map((text) => {
          const [topic, message] = text.split('=')
          return { topic, message }
        })
        later(() => (bad === undefined ? callback(null, wrappers) : callback(new Error(`bad line: ${bad}`))))
      }
    }
  }
  return transcoder
}

test('SI-27: one encoder for a server, one decoder for each of its connections', async (t) => {
  const address = await local(t)
  const transcoder = lines()
  const server = makeServer(t, address, { transcoder })
  t.is(transcoder.encoders, 1)
  t.is(transcoder.decoders, 0)
  const log = new Recorder(server, ['connection'])
  server.listen()
  const peers = []
  for (let number = 1; number <= 3; number++) {
    peers.push(await dial(t, address))
    await log.seen('connection', number)
    t.is(transcoder.decoders, number)
  }
  for (const [id] of log.all('connection')) server.send('m', 1, id)
  for (const peer of peers) t.deepEqual(await peer.frames(1, '\n'), ['m=1'])
  t.is(transcoder.encoders, 1)
})

test('SI-27: one encoder for a client, one decoder for each connection', async (t) => {
  const address = await local(t)
  const server = await start(t, address)
  const connections = new Recorder(server, ['connection'])
  const transcoder = lines()
  const client = await connected(t, address, { transcoder })
  t.deepEqual([transcoder.encoders, transcoder.decoders], [1, 1])
  await connections.seen('connection')
  connections.all('connection')[0][1].destroy()
  await next(client, 'reconnect')
  t.deepEqual([transcoder.encoders, transcoder.decoders], [1, 2])
})

each(test, SENDERS, 'SI-27: what the encoder gives is what is sent', async (t, sender) => {
  const { peer, send } = await sender(t, await local(t), { transcoder: lines() })
  t.is(send('a', 'é€😀'), undefined)
  send('b', '\0\0')
  t.deepEqual(await peer.frames(2, '\n'), ['a=é€😀', 'b=\0\0'])
})

for (const [kind, encode] of Object.entries({
  Buffers: (text) => Buffer.from(text),
  'typed arrays': (text) => new Uint8Array(Buffer.from(text))
})) {
  each(test, SENDERS, `SI-27: an encoder may give ${kind}`, async (t, sender) => {
    const { peer, send } = await sender(t, await local(t), { transcoder: lines({ encode }) })
    send('a', 'é€😀')
    send('b', 'x'.repeat(200000))
    t.deepEqual(await peer.frames(2, '\n'), ['a=é€😀', 'b=' + 'x'.repeat(200000)])
  })
}

each(test, SENDERS, 'SI-27: null is skipped (ruling 14)', async (t, sender) => {
  const { peer, send, target } = await sender(t, await local(t), { transcoder: lines() })
  const log = new Recorder(target, ['error'])
  send('a', 1)
  send('a', 'skip')
  send('a', 2)
  t.deepEqual(await peer.frames(2, '\n'), ['a=1', 'a=2'])
  t.is(log.count('error'), 0)
})

each(test, SENDERS, 'SI-27: an encoder may call back later', async (t, sender) => {
  const { peer, send } = await sender(t, await local(t), { transcoder: lines({ later: setImmediate }) })
  send('a', 1)
  send('a', 2)
  t.deepEqual(await peer.frames(2, '\n'), ['a=1', 'a=2'])
})

each(test, SENDERS, 'SI-27: an error of the encoder is emitted as it is', async (t, sender) => {
  const failure = new Error('not today')
  const transcoder = {
    socketEncoding: 'utf8',
    createEncoder: () => (wrapper, callback) =>
      callback(wrapper.message === 'bad' ? failure : null, 'good\n'),
    createDecoder: () => () => {}
  }
  const { peer, send, target } = await sender(t, await local(t), { transcoder })
  const log = new Recorder(target, ['error'])
  send('a', 'bad')
  t.deepEqual(log.all('error'), [[failure]])
  send('a', 1)
  t.deepEqual(await peer.frames(1, '\n'), ['good'])
})

test('SI-27: the encoder is given topic and message as they are', async (t) => {
  const seen = []
  const transcoder = {
    socketEncoding: 'utf8',
    createEncoder: () => (wrapper, callback) => {
      seen.push(wrapper)
      callback(null, 'x')
    },
    createDecoder: () => () => {}
  }
  const { client } = await pair(t, await local(t), { transcoder })
  const message = { deep: new Map() }
  client.send('m', message)
  client.send()
  t.deepEqual(seen, [
    { topic: 'm', message },
    { topic: undefined, message: undefined }
  ])
  t.is(seen[0].message, message)
})

test('SI-27: a client that is disconnected while the encoder works is told so (ruling 14)', async (t) => {
  const address = await local(t)
  const waiting = []
  const transcoder = lines({ later: (run) => waiting.push(run) })
  const { target, peer } = await RECEIVERS.client(t, address, { transcoder })
  const log = new Recorder(target, ['error', 'disconnect'])
  target.send('a', 1)
  peer.socket.destroy()
  await log.seen('disconnect')
  for (const run of waiting) run()
  t.is(log.count('error'), 1)
  const [[error]] = log.all('error')
  t.is(error.constructor.name, 'NoServerError')
  t.like(error, { sentTopic: 'a', sentMessage: 1 })
})

test('SI-27: so is a server, about a client that has left, and after close() (ruling 14)', async (t) => {
  const address = await local(t)
  const waiting = []
  const transcoder = lines({ later: (run) => waiting.push(run) })
  const { target, peer, id, socket } = await RECEIVERS.server(t, address, { transcoder })
  const log = new Recorder(target, ['error', 'close']).follow(socket, ['close'], 'socket')
  target.send('a', 1, id)
  target.broadcast('a', 1)
  target.send('a', 2, id)
  peer.socket.destroy()
  await log.seen('socket.close')
  waiting.shift()()
  waiting.shift()()
  target.close()
  waiting.shift()()
  t.deepEqual(
    log.all('error').map(([error]) => error.constructor.name),
    ['BadClientError', 'SendAfterCloseError']
  )
  await log.seen('close')
})

each(test, RECEIVERS, 'SI-27: what the decoder finds is emitted', async (t, receiver) => {
  const { target, id, peer } = await receiver(t, await local(t), { transcoder: lines() })
  const log = new Recorder(target, ['message', 'message.a', 'message.b'])
  await peer.write('a=1\nb=2\n')
  await log.seen('message.b')
  t.deepEqual(log.events, [
    ['message', '1', 'a', id],
    ['message.a', '1', id],
    ['message', '2', 'b', id],
    ['message.b', '2', id]
  ])
})

each(test, RECEIVERS, 'SI-27: a decoder may call back later', async (t, receiver) => {
  const { target, socket, peer } = await receiver(t, await local(t), {
    transcoder: lines({ later: setImmediate })
  })
  const log = new Recorder(target, ['message'])
  await inPieces({ peer, socket }, ['a=', '1\nb=2\nc', '=3\n'])
  await log.seen('message', 3)
  t.deepEqual(
    log.all('message').map(([message]) => message),
    ['1', '2', '3']
  )
})

each(
  test,
  RECEIVERS,
  'SI-27: with a socketEncoding chunks are strings of whole characters',
  async (t, receiver) => {
    const transcoder = lines()
    const { target, socket, peer } = await receiver(t, await local(t), { transcoder })
    const log = new Recorder(target, ['message'])
    const bytes = Buffer.from('a=é€😀\n')
    await inPieces(
      { peer, socket },
      Array.from(bytes, (byte) => Buffer.of(byte))
    )
    await log.seen('message')
    t.is(log.all('message')[0][0], 'é€😀')
    t.is(transcoder.chunks.join(''), 'a=é€😀\n')
    t.true(transcoder.chunks.every((chunk) => typeof chunk === 'string' && chunk !== ''))
  }
)

each(test, RECEIVERS, 'SI-27: other encodings, and the rest at the end', async (t, receiver) => {
  for (const [socketEncoding, expected] of Object.entries({
    hex: '613d310a',
    base64: 'YT0xCg==',
    latin1: 'a=1\n',
    utf16le: Buffer.from('a=1\n').toString('utf16le')
  })) {
    const transcoder = { ...lines(), socketEncoding, createDecoder: () => (chunk) => chunks.push(chunk) }
    const chunks = []
    const { socket, peer } = await receiver(t, await local(t), { transcoder })
    const closed = next(socket, 'close')
    await peer.write('a=1\n')
    peer.socket.end()
    await closed
    t.is(chunks.join(''), expected, socketEncoding)
  }
})

for (const socketEncoding of [undefined, '']) {
  each(
    test,
    RECEIVERS,
    `SI-27: with the socketEncoding ${JSON.stringify(socketEncoding)} they are strings of UTF-8`,
    async (t, receiver) => {
      const transcoder = lines()
      transcoder.socketEncoding = socketEncoding
      if (socketEncoding === undefined) delete transcoder.socketEncoding
      const { target, socket, peer } = await receiver(t, await local(t), { transcoder })
      const log = new Recorder(target, ['message'])
      const bytes = Buffer.from('a=é€\n')
      await inPieces({ peer, socket }, [bytes.subarray(0, 3), bytes.subarray(3)])
      await log.seen('message')
      t.deepEqual(transcoder.chunks, ['a=', 'é€\n'])
    }
  )
}

each(
  test,
  RECEIVERS,
  'SI-27: with the socketEncoding null they are Buffers (ruling: no encoding)',
  async (t, receiver) => {
    const transcoder = { ...lines(), socketEncoding: null }
    const { target, peer } = await receiver(t, await local(t), { transcoder })
    const log = new Recorder(target, ['message'])
    await peer.write('a=1\n')
    await log.seen('message')
    t.deepEqual(transcoder.chunks, [Buffer.from('a=1\n')])
  }
)

each(
  test,
  RECEIVERS,
  'SI-27: an error of the decoder ends the connection, and comes once (rulings 3, 5)',
  async (t, receiver) => {
    const { target, socket, id, peer } = await receiver(t, await local(t), { transcoder: lines() })
    const log = new Recorder(target, ['message', 'error']).follow(socket, ['close'], 'socket')
    await peer.write('a=1\n')
    await log.seen('message')
    await peer.write('bad\n')
    await log.seen('socket.close')
    t.deepEqual(log.types, ['message', 'error', 'socket.close'])
    const [[error, from]] = log.all('error')
    t.is(error.message, 'bad line: bad')
    t.is(from, id)
  }
)

each(test, RECEIVERS, 'SI-27: nothing more is emitted after an error (rulings 3, 5)', async (t, receiver) => {
  const waiting = []
  const transcoder = lines({ later: (run) => waiting.push(run) })
  const { target, socket, peer } = await receiver(t, await local(t), { transcoder })
  const log = new Recorder(target, ['message', 'error']).follow(socket, ['close'], 'socket')
  await inPieces({ peer, socket }, ['bad\n', 'a=1\n', 'worse\n'])
  await state(() => waiting.length === 3, 'three chunks')
  for (const run of waiting) run()
  await log.seen('socket.close')
  await settle()
  t.deepEqual(log.types, ['error', 'socket.close'])
})

each(
  test,
  RECEIVERS,
  'SI-27: a handler that throws ends the connection and what the decoder found (rulings 3, 5)',
  async (t, receiver) => {
    const { target, socket, id, peer } = await receiver(t, await local(t), { transcoder: lines() })
    const log = new Recorder(target, ['message', 'error']).follow(socket, ['close'], 'socket')
    const failure = new Error('of a handler')
    target.on('message.a', () => {
      throw failure
    })
    await peer.write('a=1\nb=2\n')
    await log.seen('socket.close')
    t.deepEqual(log.events.slice(0, 2), [
      ['message', '1', 'a', id],
      ['error', failure, id]
    ])
    t.is(log.count('message'), 1)
  }
)

each(
  test,
  RECEIVERS,
  'SI-27: what is found after the end of the connection is emitted',
  async (t, receiver) => {
    const waiting = []
    const transcoder = lines({ later: (run) => waiting.push(run) })
    const { target, socket, peer } = await receiver(t, await local(t), { transcoder })
    const log = new Recorder(target, ['message', 'error'])
    const closed = next(socket, 'close')
    await peer.write('a=1\n')
    peer.socket.end()
    await closed
    for (const run of waiting) run()
    t.deepEqual(log.types, ['message'])
  }
)

each(test, RECEIVERS, 'SI-27: a wrapper that is none (rulings 3, 5)', async (t, receiver) => {
  const transcoder = { ...lines(), createDecoder: () => (chunk, callback) => callback(null, [null]) }
  const { target, socket, peer } = await receiver(t, await local(t), { transcoder })
  const log = new Recorder(target, ['message', 'error']).follow(socket, ['close'], 'socket')
  await peer.write('x')
  await log.seen('socket.close')
  t.deepEqual(log.types, ['error', 'socket.close'])
  t.is(log.all('error')[0][0].name, 'TypeError')
})

test('SI-27: a binary protocol between two peers', async (t) => {
  // A length of four bytes, then the topic, a zero, and the message as bytes.
  const transcoder = {
    socketEncoding: null,
    createEncoder:
      () =>
      ({ topic, message }, callback) => {
        const body = Buffer.concat([Buffer.from(`${topic}\0`), message])
        const length = Buffer.alloc(4)
        length.writeUInt32BE(body.length)
        callback(null, Buffer.concat([length, body]))
      },
    createDecoder() {
      let rest = Buffer.alloc(0)
      return (chunk, callback) => {
        rest = Buffer.concat([rest, chunk])
        const wrappers = []
        while (rest.length >= 4 && rest.length >= 4 + rest.readUInt32BE()) {
          const body = rest.subarray(4, 4 + rest.readUInt32BE())
          rest = rest.subarray(4 + body.length)
          const end = body.indexOf(0)
          wrappers.push({ topic: body.toString('utf8', 0, end), message: body.subarray(end + 1) })
        }
        callback(null, wrappers)
      }
    }
  }
  const { server, client, id } = await pair(t, await local(t), { transcoder })
  const log = new Recorder(server, ['message.up'])
  const back = new Recorder(client, ['message.down'])
  const messages = [Buffer.alloc(0), Buffer.from([0, 0xff, 0x80]), Buffer.alloc(1 << 20, 7)]
  for (const message of messages) client.send('up', message)
  await log.seen('message.up', 3)
  for (const message of messages) server.send('down', message, id)
  server.broadcast('down', messages[1])
  await back.seen('message.down', 4)
  t.deepEqual(
    log.all('message.up').map(([message]) => message),
    messages
  )
  t.deepEqual(
    back.all('message.down').map(([message]) => message),
    [...messages, messages[1]]
  )
})
