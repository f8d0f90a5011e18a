'use strict'

const test = require('ava')
const { connected, pair } = require('./support')
const { Recorder } = require('../common/events')
const { interval } = require('../common/deadline')
const { eachTransport } = require('../common/places')
const { listen } = require('../common/raw')

eachTransport(test, 'NS-29: idle is emitted again and again, setIdle(0) stops it', async (t, address) => {
  const { outbound, inbound } = await pair(t, address)
  for (const end of [outbound, inbound]) {
    const log = new Recorder(end, ['idle', 'close'])
    const start = performance.now()
    t.is(end.setIdle(30), undefined)
    await log.seen('idle', 3)
    t.true(performance.now() - start >= 88)
    end.setIdle(0)
    const before = log.events.length
    await interval(100)
    t.is(log.events.length, before)
    t.deepEqual(log.events[0], ['idle'])
    t.is(log.count('close'), 0)
  }
})

const ACTIONS = {
  'setIdle(0)': (end) => end.setIdle(0),
  'end()': (end) => end.end(),
  'destroy()': (end) => end.destroy()
}

for (const [name, action] of Object.entries(ACTIONS)) {
  eachTransport(test, `NS-29: ${name} in the idle handler (unlike the original)`, async (t, address) => {
    const { outbound } = await pair(t, address)
    const log = new Recorder()
    outbound.on('idle', () => {
      log.add('idle')
      action(outbound)
    })
    outbound.setIdle(20)
    await log.seen('idle')
    await interval(80)
    t.is(log.count('idle'), 1)
  })
}

eachTransport(
  test,
  'NS-29: end() in the idle handler is the last of it, however long the peer takes (unlike the original)',
  async (t, address) => {
    const server = await listen(t, address)
    server.server.allowHalfOpen = true
    const outbound = await connected(t, address)
    const log = new Recorder(outbound, ['idle', 'close'])
    outbound.on('idle', () => outbound.end())
    outbound.setIdle(20)
    const peer = await server.accepted()
    await peer.until(({ ended }) => ended, 'the end')
    await interval(80)
    t.deepEqual(log.types, ['idle'])
    peer.socket.end()
    await log.seen('close')
  }
)

eachTransport(test, 'NS-29: traffic puts idle off', async (t, address) => {
  const { outbound, inbound } = await pair(t, address)
  const log = new Recorder(inbound, ['idle'])
  let heard = performance.now()
  const silences = []
  inbound.data('n', () => (heard = performance.now()))
  inbound.on('idle', () => silences.push(performance.now() - heard))
  inbound.setIdle(500)
  for (let n = 0; n < 30; n++) {
    outbound.send('n', n)
    await interval(20)
  }
  await log.seen('idle', silences.length + 1)
  // Where this process stood still for that long, it was silent.
  t.true(
    silences.every((silence) => silence > 450),
    silences.join()
  )
})
