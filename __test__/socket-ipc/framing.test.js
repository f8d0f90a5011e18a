'use strict'

const test = require('ava')
const { RECEIVERS, frame, each } = require('./support')
const { Recorder } = require('../common/events')
const { local } = require('../common/places')
const { inPieces } = require('../common/raw')

const messages = (log) => log.all('message').map(([message]) => message)

each(test, RECEIVERS, 'SI-7: two messages in one chunk come in order', async (t, receiver) => {
  const { target, peer } = await receiver(t, await local(t))
  const log = new Recorder(target, ['message'])
  await peer.write(frame('m', 1) + frame('m', 2))
  await log.seen('message', 2)
  t.deepEqual(messages(log), [1, 2])
})

each(test, RECEIVERS, 'SI-7: a message that is split anywhere is one message', async (t, receiver) => {
  const { target, socket, peer } = await receiver(t, await local(t))
  const log = new Recorder(target, ['message'])
  const message = 'é€😀'
  const bytes = Buffer.from(frame('tÿ', message))
  for (let at = 1; at < bytes.length; at++) {
    await inPieces({ peer, socket }, [bytes.subarray(0, at), bytes.subarray(at)])
    await log.seen('message', at)
  }
  t.true(log.all('message').every(([text, topic]) => text === message && topic === 'tÿ'))
})

each(test, RECEIVERS, 'SI-7: byte by byte', async (t, receiver) => {
  const { target, socket, peer } = await receiver(t, await local(t))
  const log = new Recorder(target, ['message'])
  const bytes = Buffer.from(frame('a', '€') + frame('b', { x: [1, null] }))
  await inPieces(
    { peer, socket },
    Array.from(bytes, (byte) => Buffer.of(byte))
  )
  await log.seen('message', 2)
  t.deepEqual(messages(log), ['€', { x: [1, null] }])
})

each(test, RECEIVERS, 'SI-7: many in a chunk, and the rest of one with the next', async (t, receiver) => {
  const { target, socket, peer } = await receiver(t, await local(t))
  const log = new Recorder(target, ['message'])
  const numbers = Array.from({ length: 1000 }, (_, n) => n)
  const bytes = Buffer.from(numbers.map((n) => frame('m', n)).join(''))
  const cuts = [0, 1, 4000, 4001, 17000, bytes.length - 1, bytes.length]
  await inPieces(
    { peer, socket },
    cuts.slice(1).map((cut, at) => bytes.subarray(cuts[at], cut))
  )
  await log.seen('message', numbers.length)
  t.deepEqual(messages(log), numbers)
})

each(test, RECEIVERS, 'SI-7: messages of a chunk come in one turn', async (t, receiver) => {
  const { target, peer } = await receiver(t, await local(t))
  const log = new Recorder(target, ['message'])
  target.once('message', () => setImmediate(() => log.add('later')))
  await peer.write(frame('m', 1) + frame('m', 2) + frame('m', 3))
  await log.seen('later')
  t.deepEqual(log.types, ['message', 'message', 'message', 'later'])
})

for (const size of [1, 65535, 65536, 65537, 1 << 20]) {
  each(test, RECEIVERS, `SI-7: a message of ${size} characters`, async (t, receiver) => {
    const { target, peer } = await receiver(t, await local(t))
    const log = new Recorder(target, ['message'])
    const text = 'x€'.repeat(size).slice(0, size)
    peer.socket.write(frame('m', text) + frame('m', 'end'))
    await log.seen('message', 2)
    t.true(messages(log)[0] === text)
    t.is(messages(log)[1], 'end')
  })
}

each(test, RECEIVERS, 'SI-7: bytes that are not UTF-8 become U+FFFD', async (t, receiver) => {
  const { target, peer } = await receiver(t, await local(t))
  const log = new Recorder(target, ['message'])
  const quote = (bytes) => [Buffer.from('{"message":"'), Buffer.from(bytes), Buffer.from('"}\0\0')]
  await peer.write(Buffer.concat([...quote([0xff, 0x41, 0xc3]), ...quote([0xed, 0xa0, 0x80])]))
  await log.seen('message', 2)
  t.deepEqual(messages(log), ['\ufffdA\ufffd', '\ufffd\ufffd\ufffd'])
})

each(test, RECEIVERS, 'SI-7: what has no end when the connection ends is no message', async (t, receiver) => {
  const { target, socket, peer } = await receiver(t, await local(t))
  const log = new Recorder(target, ['message', 'error']).follow(socket, ['close'])
  await peer.write(frame('m', 1) + '{"topic":"m","message":2}\0')
  peer.socket.end()
  await log.seen('close')
  t.deepEqual(log.types, ['message', 'close'])
})
