'use strict'

const path = require('node:path')
const test = require('ava')
const { eachTransport, local, directory } = require('../common/places')
const { next, Recorder } = require('../common/events')
const { interval, state } = require('../common/deadline')
const { run } = require('../common/processes')
const { dial, frame, settle, listen } = require('../common/raw')
const { served, calling, instance, start, connect, library } = require('./support')

const LIMITS = { parser: 'guarded', maxMessageSize: 60, maxEventNameLength: 8 }
/** A frame of exactly so many bytes. */
const sized = (bytes, type = 'a') => JSON.stringify({ type, data: 'x'.repeat(bytes - 21 - type.length) })

const REFUSED = [
  [sized(61), 'ERR_IPC_FRAME_TOO_LARGE'],
  ['{"type":"123456789"}', 'ERR_IPC_EVENT_TOO_LARGE'],
  ['{"type":"😀😀😀😀x"}', 'ERR_IPC_EVENT_TOO_LARGE'],
  ['{"type":"connect"}', 'ERR_IPC_RESERVED_EVENT'],
  ['{"type":"c\\u006fnnect"}', 'ERR_IPC_RESERVED_EVENT'],
  ['{"type":"a","type":"data"}', 'ERR_IPC_RESERVED_EVENT'],
  ['{"type":"toString"}', 'ERR_IPC_INVALID_EVENT'],
  ['{"type":""}', 'ERR_IPC_INVALID_EVENT'],
  ['[]', 'ERR_IPC_INVALID_MESSAGE'],
  ['{"type":"connect"', 'ERR_IPC_INVALID_JSON']
]
const PASSED = [
  sized(60),
  '{"type":"12345678"}',
  '{"type":"😀😀😀😀"}',
  '{"type":"Connect"}',
  ' {"type":"a"} '
]

for (const [text, code] of REFUSED) {
  eachTransport(test, `NI-57: ${text} is refused on receipt`, async (t, address) => {
    const { target, peer } = await served(t, address, LIMITS)
    const log = new Recorder(target, ['a', 'error', 'socket.disconnected', 'close'])
    await peer.write(frame('a', 1) + text + '\f' + frame('a', 2))
    await log.seen('close')
    t.deepEqual(log.types, ['a', 'error', 'socket.disconnected', 'close'])
    t.is(log.all('error')[0][0].code, code)
    t.true(log.all('error')[0][0] instanceof library.IPCProtocolError)
    await peer.close()
  })
}

for (const text of PASSED) {
  test(`NI-57: ${text} passes`, async (t) => {
    const { target, peer } = await served(t, await local(t), LIMITS)
    const seen = next(target, JSON.parse(text).type)
    await peer.write(text + '\f')
    t.is((await seen)[0], JSON.parse(text).data)
  })
}

for (const [side, sender] of [
  ['client', async (t) => (await calling(t, await local(t), LIMITS)).target],
  ['server', async (t) => (await served(t, await local(t), LIMITS)).target]
]) {
  test(`NI-57: what would be refused throws on sending (${side})`, async (t) => {
    const target = await sender(t)
    const send = (...args) =>
      side === 'client' ? target.emit(...args) : target.emit(target.sockets[0], ...args)
    const sends = side === 'client' ? [send] : [send, (...args) => target.broadcast(...args)]
    for (const each of sends) {
      for (const [args, code] of [
        [['a', 'x'.repeat(39)], 'ERR_IPC_FRAME_TOO_LARGE'],
        [['a', 'é'.repeat(20)], 'ERR_IPC_FRAME_TOO_LARGE'],
        [['123456789'], 'ERR_IPC_EVENT_TOO_LARGE'],
        [['connect'], 'ERR_IPC_RESERVED_EVENT'],
        [['toString'], 'ERR_IPC_INVALID_EVENT'],
        [[''], 'ERR_IPC_INVALID_EVENT'],
        [[5], 'ERR_IPC_INVALID_EVENT'],
        [[undefined], 'ERR_IPC_INVALID_EVENT']
      ]) {
        t.throws(() => each(...args), { code, name: 'IPCProtocolError' })
      }
      t.is(each('a', 'x'.repeat(38)), true)
    }
  })
}

eachTransport(
  test,
  'NI-57: an incomplete frame is refused as soon as it is too large',
  async (t, address) => {
    const { target, peer } = await served(t, address, { ...LIMITS, delimiter: 'abc' })
    const log = new Recorder(target, ['error', 'close'])
    await peer.write('x'.repeat(60) + 'ab')
    await settle()
    t.deepEqual(log.types, [])
    await peer.write('x')
    await log.seen('close')
    t.is(log.all('error')[0][0].code, 'ERR_IPC_FRAME_TOO_LARGE')
  }
)

test('NI-57: a client is not connected again after a refusal', async (t) => {
  const { target, peer, server } = await calling(t, await local(t), LIMITS)
  const log = new Recorder(target, ['connect', 'error', 'disconnect', 'destroy'])
  await peer.write(frame('connect'))
  await log.seen('destroy')
  t.deepEqual(log.types, ['error', 'disconnect', 'destroy'])
  await interval(60)
  t.is(server.peers.length, 1)
})

test('reserved names pass if allowed', async (t) => {
  const { target, peer } = await served(t, await local(t), { ...LIMITS, allowReservedEvents: true })
  const seen = next(target, 'connect')
  await peer.send('connect', 'mine')
  t.is((await seen)[0], 'mine')
  t.is(target.broadcast('data', 1), true)
})

test('assured: only events on the list', async (t) => {
  const socketRoot = `${directory(t)}/root/`
  const config = { parser: 'assured', allowedEvents: new Set(['a', 'é']), socketRoot }
  const { target, peer } = await served(t, { path: `${socketRoot}s` }, config)
  const log = new Recorder(target, ['a', 'b', 'é', 'error'])
  t.throws(() => target.broadcast('b'), { code: 'ERR_IPC_EVENT_NOT_ALLOWED' })
  t.is(target.broadcast('a'), true)
  await peer.write(frame('a') + '{"type":"\\u00e9"}\f' + frame('b'))
  await log.seen('error')
  t.deepEqual(log.types, ['a', 'é', 'error'])
  t.is(log.all('error')[0][0].code, 'ERR_IPC_EVENT_NOT_ALLOWED')
})

for (const parser of ['guarded', 'assured']) {
  eachTransport(test, `NI-58: a frame that takes too long (${parser})`, async (t, address) => {
    if (parser === 'assured' && !address.path) return t.pass()
    const socketRoot = address.path ? `${path.dirname(address.path)}/` : ''
    const config = { ...LIMITS, parser, allowedEvents: ['a'], messageTimeout: 150, socketRoot }
    const { target, peer } = await served(t, address, config)
    const log = new Recorder(target, ['a', 'error', 'close'])
    const begin = Date.now()
    await peer.write(frame('a') + '{"ty')
    // More bytes do not prolong it.
    for (let n = 0; n < 20 && log.count('error') === 0; n++) {
      await interval(20)
      if (!peer.closed) await peer.write('x').catch(() => {})
    }
    await log.seen('close')
    t.deepEqual(log.types, ['a', 'error', 'close'])
    t.is(log.all('error')[0][0].code, 'ERR_IPC_MESSAGE_TIMEOUT')
    t.true(Date.now() - begin >= 140)
  })
}

test('NI-58: each frame has its own time', async (t) => {
  const address = await local(t)
  const messageTimeout = 2500
  const { target, peer } = await served(t, address, { ...LIMITS, messageTimeout })
  const log = new Recorder(target, ['a', 'error'])
  const begin = Date.now()
  await peer.write('{"type":')
  let frames = 0
  // One is always under way, none for longer than it takes to be heard of.
  while (Date.now() - begin < 1.5 * messageTimeout) {
    await peer.write('"a"}\f{"type":')
    await log.seen('a', ++frames)
  }
  await peer.write('"a"}\f')
  await log.seen('a', ++frames)
  t.is(log.count('error'), 0)
  // When the time of somebody else's is over, that of the last one would be.
  const other = await dial(t, address)
  await other.write('{"type":')
  await log.seen('error')
  await other.close()
  await peer.write(frame('a'))
  await log.seen('a', ++frames)
  t.is(log.count('error'), 1)
})

for (const messageTimeout of [0, Infinity]) {
  test(`NI-58: no limit with ${messageTimeout}`, async (t) => {
    const { target, peer } = await served(t, await local(t), { ...LIMITS, messageTimeout })
    const seen = next(target, 'a')
    await peer.write('{"ty')
    await interval(50)
    await peer.write('pe":"a"}\f')
    t.is((await seen)[0], undefined)
  })
}

test('NI-58: the time of a frame does not hold the process', async (t) => {
  const server = await listen(t, await local(t))
  const program = run(t, path.join(__dirname, 'programs', 'unfinished.js'), {
    path: server.server.address()
  })
  const peer = await server.accepted()
  await peer.write(frame('go') + '{"ty')
  t.deepEqual(await program.success(10000), [])
})

eachTransport(test, 'too much that waits ends the connection: client', async (t, address) => {
  const server = await listen(t, address)
  const ipc = instance(t, { parser: 'guarded', maxPendingBytes: 2000000 })
  const client = connect(ipc, address)
  const log = new Recorder(client, ['connect', 'error', 'disconnect', 'destroy'])
  await log.seen('connect')
  const peer = await server.accepted()
  peer.socket.pause()
  let sends = 0
  while (log.count('error') === 0 && sends < 500) {
    sends++
    client.emit('m', 'x'.repeat(100000))
  }
  t.true(sends > 19 && sends < 500, String(sends))
  t.is(client.emit('m', 1), false)
  await log.seen('destroy')
  t.deepEqual(log.types, ['connect', 'error', 'disconnect', 'destroy'])
  t.is(log.all('error')[0][0].code, 'ERR_IPC_BACKPRESSURE')
  t.true(client.protocolViolation)
})

test('too much that waits before the connection is there', async (t) => {
  const address = await local(t)
  await listen(t, address)
  const client = connect(instance(t, { parser: 'guarded', maxPendingBytes: 23 }), address)
  const log = new Recorder(client, ['connect', 'error', 'disconnect', 'destroy'])
  t.is(client.emit('m', 1), true)
  t.is(client.emit('m', 1), false)
  await log.seen('destroy')
  t.deepEqual(log.types, ['error', 'disconnect', 'destroy'])
})

test('too much that waits ends the connection: server, and no other', async (t) => {
  const address = await local(t)
  const server = await start(instance(t, { parser: 'guarded', maxPendingBytes: 2000000 }), address)
  const log = new Recorder(server, ['error', 'socket.disconnected', 'close'])
  const slow = connect(instance(t), address)
  await next(server, 'connect')
  slow.socket.pause()
  const quick = connect(instance(t), address)
  await next(server, 'connect')
  let received = 0
  quick.on('m', () => received++)
  let sends = 0
  while (log.count('error') === 0 && sends < 500) {
    sends++
    server.broadcast('m', 'x'.repeat(100000))
    await state(() => received === sends, 'the quick client to have everything')
  }
  await log.seen('close')
  t.deepEqual(log.types, ['error', 'socket.disconnected', 'close'])
  t.is(log.all('error')[0][0].code, 'ERR_IPC_BACKPRESSURE')
  server.broadcast('end')
  await next(quick, 'end')
})
