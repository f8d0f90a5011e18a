'use strict'

const test = require('ava')
const { socket, connected, pair, serve, at, messages } = require('./support')
const { next, Recorder } = require('../common/events')
const { listen } = require('../common/raw')
const { eachTransport, local, tcp } = require('../common/places')

eachTransport(test, 'NS-6: the callback is called when the event was written', async (t, address) => {
  const { outbound, inbound } = await pair(t, address)
  const log = messages(inbound)
  const written = new Recorder()
  outbound.send('a', (...args) => written.add('a', ...args))
  outbound.send('b', 1, (...args) => written.add('b', ...args))
  t.is(written.events.length, 0)
  await written.until(() => written.events.length === 2)
  for (const [, ...args] of written.events) {
    t.true(args.length <= 1)
    t.falsy(args[0])
  }
  await log.seen('b')
  t.deepEqual(log.events, [
    ['a', null],
    ['b', 1]
  ])
})

eachTransport(
  test,
  'NS-6: the callback after undefined is called (unlike the original: ruling 6)',
  async (t, address) => {
    const { outbound } = await pair(t, address)
    await new Promise((resolve) => outbound.send('a', undefined, resolve))
    t.pass()
  }
)

test('NS-6: the callback gets the error when the connection is gone', async (t) => {
  const { outbound } = await pair(t, await tcp())
  outbound.socket.destroy()
  const error = await new Promise((resolve) => outbound.send('a', 1, resolve))
  t.true(error instanceof Error)
})

test('NS-7: send after end emits the error', async (t) => {
  const { outbound } = await pair(t, await local(t))
  const log = new Recorder(outbound, ['error'])
  outbound.end()
  t.is(outbound.send('a'), true)
  t.deepEqual(
    log.events.map(([, error]) => error.message),
    ['NsSocket: sending on a bad socket']
  )
})

test('NS-7: send after the peer has closed emits the error, and throws it without a handler', async (t) => {
  const { outbound, inbound } = await pair(t, await tcp())
  const closed = next(outbound, 'close')
  inbound.end()
  await closed
  t.throws(() => outbound.send('a', 1), { message: 'NsSocket: sending on a bad socket' })
  const failed = next(outbound, 'error')
  outbound.send('a', 1)
  t.is((await failed)[0].message, 'NsSocket: sending on a bad socket')
})

test('NS-7: send before connect emits the error (unlike the original: ruling 7)', (t) => {
  const fresh = socket(t)
  t.false(fresh.connected)
  t.throws(() => fresh.send('a'), { message: 'NsSocket: sending on a bad socket' })
})

eachTransport(test, 'what is sent while connecting arrives, in order', async (t, address) => {
  const { accepted } = await serve(t, address)
  const outbound = socket(t)
  outbound.connect(...at(address))
  t.true(outbound.connected)
  for (let n = 0; n < 100; n++) outbound.send('n', n)
  const log = messages(await accepted())
  await log.seen('n', 100)
  t.deepEqual(
    log.all('n').map(([n]) => n),
    Array.from({ length: 100 }, (_, n) => n)
  )
})

eachTransport(test, 'CM-3: what was sent before destroy arrives before close', async (t, address) => {
  const { outbound, inbound } = await pair(t, address)
  const log = messages(inbound)
  inbound.on('close', () => log.add('(close)'))
  for (let n = 0; n < 3; n++) outbound.send('n', n)
  outbound.destroy()
  await log.seen('(close)')
  t.deepEqual(log.types, ['n', 'n', 'n', '(close)'])
})

eachTransport(test, 'a megabyte leaves before the end of the connection', async (t, address) => {
  const server = await listen(t, address)
  const outbound = await connected(t, address)
  const peer = await server.accepted()
  const text = 'é'.repeat(1 << 20)
  outbound.send('big', text)
  outbound.send('small', 1)
  outbound.end()
  const [big, small] = await peer.frames(2, '\n')
  t.true(big === JSON.stringify(['big', text]))
  t.is(small, '["small",1]')
  await peer.close()
})
