'use strict'

const test = require('ava')
const { Recorder } = require('../common/events')
const { eachTransport, local } = require('../common/places')
const { settle } = require('../common/raw')
const { pair, RECEIVERS, SENDERS } = require('./support')

const ALL = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte))

// What a program can emit, and the bytes of it.
const VALUES = [
  [ALL, ALL],
  [[1, 2, 255], Buffer.from([1, 2, 255])],
  [new Uint8Array([9, 0]), Buffer.from([9, 0])],
  ['é€😀', Buffer.from('é€😀')]
]

for (const [way, sender] of Object.entries(SENDERS)) {
  eachTransport(
    test,
    `NI-36: the bytes of every kind of value, and nothing else (${way})`,
    async (t, address) => {
      const { peer, send } = await sender(t, address, { rawBuffer: true })
      for (const [value] of VALUES) t.is(send(value, 'ignored'), undefined)
      const expected = Buffer.concat(VALUES.map(([, bytes]) => bytes))
      t.deepEqual(await peer.bytes(expected.length), expected)
      for (const value of [5, null, undefined, true]) {
        t.throws(() => send(value), { instanceOf: TypeError, code: 'ERR_INVALID_ARG_TYPE' })
      }
      await settle()
      t.is(peer.received.length, expected.length)
    }
  )

  test(`NI-37: strings are in the encoding of the moment (${way})`, async (t) => {
    const config = { rawBuffer: true, encoding: 'hex' }
    const { peer, send, config: live } = await sender(t, await local(t), config)
    send('ff00')
    live.encoding = 'base64'
    send('/wA=')
    live.encoding = 'utf16le'
    send('€')
    live.encoding = 'latin1'
    send('é')
    live.encoding = 'utf8'
    send('é')
    t.is((await peer.bytes(9)).toString('hex'), 'ff00ff00ac20e9c3a9')
  })

  test(`a buffer may be filled anew as soon as it was emitted (${way})`, async (t) => {
    const { peer, send } = await sender(t, await local(t), { rawBuffer: true })
    const buffer = Buffer.alloc(100000, 1)
    send(buffer)
    buffer.fill(2)
    send(buffer)
    const received = await peer.bytes(200000)
    t.true(received.subarray(0, 100000).every((byte) => byte === 1))
    t.true(received.subarray(100000).every((byte) => byte === 2))
  })
}

for (const [side, receiver] of Object.entries(RECEIVERS)) {
  test(`NI-36: one event a chunk, its bytes untouched, whatever the encoding (${side})`, async (t) => {
    for (const encoding of ['utf8', 'hex', 'ascii']) {
      const { target, socket, peer } = await receiver(t, await local(t), { rawBuffer: true, encoding })
      const log = new Recorder(target, ['data', 'error'])
      for (const [n, chunk] of [ALL, Buffer.from([0xe2]), Buffer.from('{"type":"a"}\f')].entries()) {
        await peer.write(chunk)
        await log.seen('data', n + 1)
        const [bytes, from] = log.all('data')[n]
        t.true(Buffer.isBuffer(bytes))
        t.deepEqual(bytes, chunk)
        t.is(from, side === 'server' ? socket : undefined)
      }
      t.is(log.count('error'), 0)
    }
  })
}

eachTransport(test, 'NI-36: every byte goes round', async (t, address) => {
  const { server, client } = await pair(t, address, { rawBuffer: true })
  server.on('data', (chunk, socket) => server.emit(socket, chunk))
  const log = new Recorder(client, ['data'])
  const sent = Buffer.concat(Array.from({ length: 4096 }, () => ALL))
  client.emit(sent)
  const received = () => Buffer.concat(log.all('data').map(([chunk]) => chunk))
  await log.until(() => log.all('data').reduce((sum, [{ length }]) => sum + length, 0) === sent.length)
  t.true(received().equals(sent))
})

for (const encoding of ['hex', 'ascii', 'latin1', 'base64', 'utf16le']) {
  eachTransport(test, `NI-62: framed messages are UTF-8 with encoding ${encoding}`, async (t, address) => {
    const { server, client } = await pair(t, address, { encoding })
    server.on('m', (data, socket) => server.emit(socket, 'm', data))
    const log = new Recorder(client, ['m', 'error'])
    const texts = ['é€😀', 'plain', '\f', '中文'.repeat(50000)]
    for (const text of texts) client.emit('m', text)
    await log.seen('m', texts.length)
    t.deepEqual(
      log.all('m').map(([data]) => data),
      texts
    )
    t.is(log.count('error'), 0)
  })
}
