'use strict'

const test = require('ava')
const { root, ENDS, pair, socket, messages } = require('./support')
const { next, Recorder } = require('../common/events')
const { dial } = require('../common/raw')
const { eachTransport, local, tcp } = require('../common/places')

eachTransport(test, 'allowHalfOpen: this side goes on when the peer has ended', async (t, address) => {
  const { socket: outbound, peer } = await ENDS.outbound(t, address, { allowHalfOpen: true })
  const ended = next(outbound.socket, 'end')
  const other = new Recorder(outbound, ['close'])
  peer.socket.end()
  await ended
  t.is(other.events.length, 0)
  outbound.end()
  await other.seen('close')
})

test('maxFrameBytes: a longer message is an error and closes (unlike the original)', async (t) => {
  const { socket: inbound, peer } = await ENDS.inbound(t, await local(t), { maxFrameBytes: 100 })
  const log = messages(inbound)
  for (const type of ['error', 'close']) inbound.on(type, (...args) => log.add(type, ...args))
  await peer.write(`["a",1]\n["b","${'x'.repeat(200)}"]\n`)
  await log.seen('close')
  t.deepEqual(log.types, ['a', 'error', 'close'])
  t.is(log.all('error')[0][0].code, 'ERR_IPC_FRAME_TOO_LARGE')
  t.deepEqual(log.all('close'), [[true, undefined]])
})

test('maxOutboxBytes: a send too many is refused (unlike the original)', async (t) => {
  const { socket: outbound, peer } = await ENDS.outbound(t, await local(t), { maxOutboxBytes: 1 << 20 })
  peer.socket.pause()
  const text = 'x'.repeat(1 << 16)
  const refused = () => {
    for (let n = 0; n < 1000; n++) outbound.send('a', text)
  }
  t.throws(refused, { code: 'ERR_IPC_OUTBOX_FULL' })
  const error = await new Promise((resolve) => outbound.send('a', text, resolve))
  t.is(error.code, 'ERR_IPC_OUTBOX_FULL')
})

test('noDelay, keepAlive and highWaterMark are taken', async (t) => {
  const options = { noDelay: true, keepAlive: true, keepAliveInitialDelay: 1000, highWaterMark: 1000 }
  const { outbound, inbound } = await pair(t, await tcp(), options)
  const log = messages(inbound)
  outbound.send('a', 'x'.repeat(2000))
  await log.seen('a')
  t.is(log.all('a')[0][0].length, 2000)
})

test('pauseOnConnect: nothing is read before resume', async (t) => {
  const address = await local(t)
  const log = new Recorder()
  const server = root.createServer({ pauseOnConnect: true }, (accepted) => {
    accepted.data('a', () => log.add('a'))
    log.add('accepted', accepted)
    t.teardown(() => accepted.destroy())
  })
  t.teardown(() => server.close())
  await new Promise((resolve) => server.listen(address.path, resolve))
  const peer = await dial(t, address)
  await peer.write('["a",1]\n')
  await log.seen('accepted')
  t.is(log.count('a'), 0)
  log.all('accepted')[0][0].socket.resume()
  await log.seen('a')
  t.pass()
})

test('maxListeners is taken', (t) => {
  t.is(socket(t, { maxListeners: 7 })._conf.maxListeners, 7)
})
