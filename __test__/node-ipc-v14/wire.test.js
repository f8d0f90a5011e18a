'use strict'

const test = require('ava')
const { eachTransport, local } = require('../common/places')
const { next, Recorder } = require('../common/events')
const { frame, inPieces, settle } = require('../common/raw')
const { instance, connect, pair, served, calling, start, RECEIVERS } = require('./support')

/** Every way to send: what `send` does arrives at the raw `peer`. */
const SENDERS = {
  'client.emit': async (t, address, config) => {
    const { target, peer } = await calling(t, address, config)
    return { peer, send: (...args) => target.emit(...args) }
  },
  'server.emit': async (t, address, config) => {
    const { target, socket, peer } = await served(t, address, config)
    return { peer, send: (...args) => target.emit(socket, ...args) }
  },
  'server.broadcast': async (t, address, config) => {
    const { target, peer } = await served(t, address, config)
    return { peer, send: (...args) => target.broadcast(...args) }
  }
}

const SENT = [
  [['hello', { x: 1 }], '{"type":"hello","data":{"x":1}}'],
  [['t'], '{"type":"t","data":{}}'],
  [['t', undefined], '{"type":"t","data":{}}'],
  [['t', null], '{"type":"t","data":null}'],
  [['t', ''], '{"type":"t","data":""}'],
  [['t', NaN], '{"type":"t","data":null}'],
  [['t', 0], '{"type":"t","data":0}'],
  [['t', false], '{"type":"t","data":false}'],
  [['t', { _maxListeners: 1 }], '{"type":"t","data":{"_maxListeners":1}}'],
  [['t', Buffer.from('x')], '{"type":"t","data":{"type":"Buffer","data":[120]}}'],
  [['t', () => {}], '{"type":"t"}'],
  [['é', '\f'], '{"type":"é","data":"\\f"}']
]

for (const [name, sender] of Object.entries(SENDERS)) {
  for (const parser of ['fast', 'guarded']) {
    test(`NI-10, NI-12: bytes of ${name}, ${parser}`, async (t) => {
      const { peer, send } = await sender(t, await local(t), { parser })
      for (const [args] of SENT) t.is(send(...args), true)
      t.deepEqual(
        await peer.frames(SENT.length),
        SENT.map(([, text]) => text)
      )
    })
  }

  test(`NI-13: a missing type by ${name}`, async (t) => {
    const { peer, send } = await sender(t, await local(t))
    send(undefined, 1)
    t.deepEqual(await peer.frames(1), ['{"data":1}'])
  })

  test(`NI-34: what JSON has no form for throws and leaves the connection usable, ${name}`, async (t) => {
    const { peer, send } = await sender(t, await local(t), { parser: 'guarded' })
    const cycle = {}
    cycle.self = cycle
    t.throws(() => send('t', cycle), { instanceOf: TypeError })
    t.throws(() => send('t', 1n), { instanceOf: TypeError })
    send('t', 1)
    t.deepEqual(await peer.frames(1), ['{"type":"t","data":1}'])
  })

  test(`false asks for a pause, ${name}`, async (t) => {
    const { peer, send } = await sender(t, await local(t))
    t.is(send('t', 'x'.repeat(1 << 22)), false)
    await peer.frames(1)
  })
}

for (const [side, receiver] of Object.entries(RECEIVERS)) {
  test(`NI-14, NI-16: frames of a chunk come in one turn, without waiting for the rest (${side})`, async (t) => {
    const { target, peer } = await receiver(t, await local(t), { parser: 'guarded' })
    const seen = []
    target.on('a', (data) => seen.push(data))
    const third = next(target, 'b')
    target.on('b', () => seen.push('b'))
    await peer.write(frame('a', 1) + frame('a', null) + frame('b') + '{"type":"a"')
    await third
    t.deepEqual(seen, [1, null, 'b'])
    const fourth = next(target, 'a')
    await peer.write('}\f')
    await fourth
    t.deepEqual(seen, [1, null, 'b', undefined])
  })

  test(`NI-15: a frame cut anywhere arrives once and whole (${side})`, async (t) => {
    const { target, socket, peer } = await receiver(t, await local(t), {
      parser: 'guarded',
      delimiter: '\f\r'
    })
    const log = new Recorder(target, ['é'])
    const bytes = Buffer.from('{"type":"é","data":"€😀"}\f\r')
    for (let at = 1; at < bytes.length; at++) {
      await inPieces({ peer, socket }, [bytes.subarray(0, at), bytes.subarray(at)])
      await log.seen('é', at)
    }
    t.true(log.all('é').every(([data]) => data === '€😀'))
    await settle()
    t.is(log.count('é'), bytes.length - 1)
  })
}

eachTransport(test, 'NI-20, NI-21: payloads go round', async (t, address) => {
  const { server, client } = await pair(t, address, { parser: 'guarded' })
  server.on('m', (data, socket) => server.emit(socket, 'm', data))
  const values = [null, '', 0, false, 'a\fb', '中😀', [], {}, { a: [null] }, 'x'.repeat(900000), 1.5]
  const log = new Recorder(client, ['m'])
  for (const value of values) client.emit('m', value)
  await log.seen('m', values.length)
  t.deepEqual(
    log.all('m').map(([data]) => data),
    values
  )
})

test('NI-32: what is emitted before the connection is there arrives, in order', async (t) => {
  const address = await local(t)
  const server = await start(instance(t), address)
  const log = new Recorder(server, ['m'])
  const client = connect(instance(t), address)
  for (let n = 0; n < 3; n++) t.is(client.emit('m', n), true)
  await log.seen('m', 3)
  t.deepEqual(
    log.all('m').map(([n]) => n),
    [0, 1, 2]
  )
})

test('NI-35: a broadcast reaches every client once', async (t) => {
  for (const parser of ['fast', 'guarded']) {
    const address = await local(t)
    const server = await start(instance(t, { parser }), address)
    t.is(server.broadcast('nobody'), true)
    const logs = []
    for (let n = 0; n < 5; n++) {
      const client = connect(instance(t), address)
      await next(server, 'connect')
      logs.push(new Recorder(client, ['b']))
    }
    t.is(server.broadcast('b', { to: 'all' }), true)
    for (const log of logs) await log.seen('b')
    t.true(logs.every((log) => log.count('b') === 1))
  }
})

test('a TCP stream has TCP_NODELAY', async (t) => {
  const { protocol } = require('../../lib/node-ipc/v14/plan').planOf(instance(t).config)
  t.true(protocol.noDelay)
})
