'use strict'

const test = require('ava')
const { local } = require('../common/places')
const { frame, settle } = require('../common/raw')
const { calling } = require('./support')

test('NI-38: one request is on its way, each frame frees another', async (t) => {
  const { target, peer } = await calling(t, await local(t), { sync: true })
  for (let n = 0; n < 4; n++) t.is(target.emit('m', n), true)
  await peer.frames(1)
  await settle()
  t.is(peer.received.toString(), frame('m', 0))
  t.is(target.queue.contents.length, 3)
  await peer.write(frame('a') + frame('b'))
  await peer.frames(3)
  await settle()
  t.is(peer.received.toString(), frame('m', 0) + frame('m', 1) + frame('m', 2))
  await peer.send('a')
  await peer.frames(4)
  t.is(target.queue.contents.length, 0)
})

test('NI-38: raw requests', async (t) => {
  const { target, peer } = await calling(t, await local(t), { sync: true, rawBuffer: true })
  const bytes = Buffer.from('one')
  target.emit('zero')
  target.emit(bytes)
  bytes.fill(0)
  await peer.bytes(4)
  await settle()
  t.is(peer.received.toString(), 'zero')
  await peer.write('x')
  t.is((await peer.bytes(7)).toString(), 'zeroone')
})

test('without sync there is no queue', async (t) => {
  const { target } = await calling(t, await local(t))
  t.is(target.queue, null)
  target.config.sync = true
  t.is(target.emit('m'), true)
})

test('what cannot be sent throws where it is emitted', async (t) => {
  const { target } = await calling(t, await local(t), { sync: true, parser: 'guarded' })
  t.throws(() => target.emit('connect'), { code: 'ERR_IPC_RESERVED_EVENT' })
  t.is(target.queue.contents.length, 0)
})
