'use strict'

const test = require('ava')
const { eachTransport, local } = require('../common/places')
const { Recorder } = require('../common/events')
const { pair, served, calling, RECEIVERS } = require('./support')

const ALL = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte))

for (const config of [{ rawBuffer: true }, { parser: 'raw' }]) {
  eachTransport(test, `NI-36: every byte goes round with ${JSON.stringify(config)}`, async (t, address) => {
    const { server, client } = await pair(t, address, config)
    server.on('data', (chunk, socket) => t.is(server.emit(socket, chunk), true))
    const log = new Recorder(client, ['data'])
    const sent = [ALL, [1, 2, 255], new Uint8Array([9, 0]), 'text']
    for (const value of sent) t.is(client.emit(value), true)
    const expected = Buffer.concat(sent.map((value) => Buffer.from(value)))
    const received = () => Buffer.concat(log.all('data').map(([chunk]) => chunk))
    await log.until(() => received().length === expected.length)
    t.deepEqual(received(), expected)
    for (const value of [5, null, undefined]) {
      t.throws(() => client.emit(value), { instanceOf: TypeError, code: 'ERR_INVALID_ARG_TYPE' })
    }
    t.true(server.raw && client.raw)
  })
}

for (const [side, receiver] of Object.entries(RECEIVERS)) {
  test(`NI-36: one event a chunk, bytes untouched (${side})`, async (t) => {
    const { target, peer } = await receiver(t, await local(t), { rawBuffer: true })
    const log = new Recorder(target, ['data'])
    for (const [n, chunk] of [ALL, Buffer.from([0xe2]), Buffer.from('{"type":"a"}\f')].entries()) {
      await peer.write(chunk)
      await log.seen('data', n + 1)
      t.deepEqual(log.all('data')[n][0], chunk)
    }
  })
}

test('NI-37: strings are in the encoding of the time the server was made', async (t) => {
  const { target, peer } = await served(t, await local(t), { rawBuffer: true, encoding: 'hex' })
  target.config.encoding = 'utf8'
  target.broadcast('ff00')
  t.deepEqual(await peer.bytes(2), Buffer.from([255, 0]))
})

test('NI-37: strings are in the encoding of the time the client was made', async (t) => {
  const { target, peer } = await calling(t, await local(t), { rawBuffer: true, encoding: 'hex' })
  target.config.encoding = 'utf8'
  target.emit('ff00')
  t.deepEqual(await peer.bytes(2), Buffer.from([255, 0]))
})

test('NI-62: framed messages are UTF-8 whatever the encoding', async (t) => {
  for (const encoding of ['hex', 'ascii']) {
    const { server, client } = await pair(t, await local(t), { encoding })
    const log = new Recorder(server, ['m'])
    client.emit('m', 'é€😀')
    await log.seen('m')
    t.is(log.all('m')[0][0], 'é€😀')
  }
})

test('user listeners for data: strings for framed streams, Buffers in raw mode', async (t) => {
  for (const rawBuffer of [false, true]) {
    const { socket, peer } = await served(t, await local(t), { rawBuffer })
    const log = new Recorder(socket, ['data'])
    await peer.write('{"type":"é"}\f')
    await log.seen('data')
    t.deepEqual(log.all('data')[0][0], rawBuffer ? Buffer.from('{"type":"é"}\f') : '{"type":"é"}\f')
  }
})
