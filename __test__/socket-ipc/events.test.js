'use strict'

const test = require('ava')
const { RECEIVERS, pair, frame, each } = require('./support')
const { Recorder } = require('../common/events')
const { local } = require('../common/places')

const UUID_V4 = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/

each(test, RECEIVERS, 'SI-5: `message` comes before `message.<topic>`', async (t, receiver) => {
  const { target, id, peer } = await receiver(t, await local(t))
  const log = new Recorder(target, ['message', 'message.a', 'message.b'])
  await peer.write(frame('a', 1) + frame('b', { x: 2 }) + frame('a', null))
  await log.seen('message.a', 2)
  t.deepEqual(log.events, [
    ['message', 1, 'a', id],
    ['message.a', 1, id],
    ['message', { x: 2 }, 'b', id],
    ['message.b', { x: 2 }, id],
    ['message', null, 'a', id],
    ['message.a', null, id]
  ])
})

each(test, RECEIVERS, 'SI-5: `this` is the emitter, and nobody need listen', async (t, receiver) => {
  const { target, peer } = await receiver(t, await local(t))
  await peer.write(frame('nobody', 1))
  const self = new Promise((resolve) => {
    target.on('message.somebody', function () {
      resolve(this)
    })
  })
  await peer.write(frame('somebody', 1))
  t.is(await self, target)
})

test('SI-5: the id of a client is a UUID of version 4, and the same in every event', async (t) => {
  const { server, client, id } = await pair(t, await local(t))
  t.regex(id, UUID_V4)
  const log = new Recorder(server, ['message', 'message.m'])
  client.send('m', 1)
  client.send('m', 2)
  await log.seen('message.m', 2)
  t.deepEqual(log.events, [
    ['message', 1, 'm', id],
    ['message.m', 1, id],
    ['message', 2, 'm', id],
    ['message.m', 2, id]
  ])
})

each(test, RECEIVERS, 'SI-6: the topic is part of the name, whatever it is', async (t, receiver) => {
  const { target, id, peer } = await receiver(t, await local(t))
  const topics = [
    '',
    undefined,
    null,
    5,
    true,
    ['a', 'b'],
    {},
    'none',
    'message',
    'error',
    '__proto__',
    'a.b',
    '\0'
  ]
  const names = topics.map((topic) => `message.${topic}`)
  const log = new Recorder(target, ['message.', ...names.slice(1)])
  await peer.write(topics.map((topic) => frame(topic, 'x')).join(''))
  await log.until((seen) => seen.events.length === topics.length, 'an event for each')
  t.deepEqual(
    log.events,
    names.map((name) => [name, 'x', id])
  )
})

each(test, RECEIVERS, 'SI-6: without topic and without message', async (t, receiver) => {
  const { target, id, peer } = await receiver(t, await local(t))
  const log = new Recorder(target, ['message', 'message.undefined', 'message.m'])
  await peer.write('{}\0\0{"topic":"m"}\0\0{"message":0}\0\0{"other":1}\0\0')
  await log.seen('message', 4)
  t.deepEqual(log.events.slice(0, 6), [
    ['message', undefined, undefined, id],
    ['message.undefined', undefined, id],
    ['message', undefined, 'm', id],
    ['message.m', undefined, id],
    ['message', 0, undefined, id],
    ['message.undefined', 0, id]
  ])
})

each(test, RECEIVERS, 'SI-6: names that peers choose are only names', async (t, receiver) => {
  const { target, peer } = await receiver(t, await local(t))
  const log = new Recorder(target, ['message', 'error'])
  const texts = [
    '{"topic":"__proto__","message":{"__proto__":{"polluted":1}}}',
    '{"__proto__":{"polluted":1,"topic":"error"}}',
    '{"topic":"constructor","message":{"constructor":{"prototype":{"polluted":1}}}}'
  ]
  await peer.write(texts.map((text) => `${text}\0\0`).join(''))
  await log.seen('message', texts.length)
  t.is({}.polluted, undefined)
  t.is(log.count('error'), 0)
})
