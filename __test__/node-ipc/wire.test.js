'use strict'

const test = require('ava')
const { instance, connect, SENDERS } = require('./support')
const { local, eachTransport } = require('../common/places')

for (const [name, sender] of Object.entries(SENDERS)) {
  eachTransport(test, `NI-10: the bytes of ${name}('hello', {x: 1})`, async (t, address) => {
    const { peer, send } = await sender(t, address)
    t.is(send('hello', { x: 1 }), undefined)
    const expected = Buffer.from('{"type":"hello","data":{"x":1}}\f')
    send('z')
    t.deepEqual(await peer.bytes(expected.length), expected)
  })

  test(`NI-10: ${name} writes UTF-8`, async (t) => {
    const { peer, send } = await sender(t, await local(t))
    const data = 'é€😀\u2028\u0000\ud800"\\\f\x7f\x80\xff'
    send('tÿpe', data)
    const expected = Buffer.from(JSON.stringify({ type: 'tÿpe', data }) + '\f')
    t.deepEqual(await peer.bytes(expected.length), expected)
  })

  test(`NI-10: ${name} has the semantics of JSON.stringify`, async (t) => {
    const { peer, send } = await sender(t, await local(t))
    const values = [
      { b: 1, a: [undefined, NaN, () => {}], c: undefined, d: new Date(0), 2: 2, 1: 1 },
      { toJSON: (key) => `as ${key}` },
      Buffer.from('ab'),
      [1.5, -0, 1e21, null],
      new Map([[1, 2]]),
      'x',
      true
    ]
    for (const data of values) send('t', data)
    const expected = values.map((data) => JSON.stringify({ type: 't', data }))
    t.deepEqual(await peer.frames(values.length), expected)
  })

  test(`NI-11: ${name} writes {} for falsy data except 0 and false`, async (t) => {
    const { peer, send } = await sender(t, await local(t))
    const table = [
      [undefined, '{}'],
      [null, '{}'],
      ['', '{}'],
      [NaN, '{}'],
      [{ _maxListeners: 1, x: 2 }, '{}'],
      [{ _maxListeners: 0 }, '{"_maxListeners":0}'],
      [0, '0'],
      [-0, '0'],
      [false, 'false'],
      [[], '[]'],
      [{}, '{}']
    ]
    send('t')
    for (const [data] of table) send('t', data)
    const expected = ['{}', ...table.map(([, json]) => json)].map((json) => `{"type":"t","data":${json}}`)
    t.deepEqual(await peer.frames(expected.length), expected)
    t.deepEqual(table[4][0], { _maxListeners: 1, x: 2 }, 'the data itself is left alone')
  })

  test(`NI-13: ${name} leaves out what JSON cannot represent`, async (t) => {
    const { peer, send } = await sender(t, await local(t))
    send(undefined, 1)
    send('t', () => {})
    send('t', Symbol('s'))
    send()
    send(5, 'number')
    send({ a: 1 }, 'object')
    const expected = [
      '{"data":1}',
      '{"type":"t"}',
      '{"type":"t"}',
      '{"data":{}}',
      '{"type":5,"data":"number"}',
      '{"type":{"a":1},"data":"object"}'
    ]
    t.deepEqual(await peer.frames(expected.length), expected)
  })

  test(`NI-34: ${name} of data that JSON refuses throws and leaves the connection usable`, async (t) => {
    const { peer, send } = await sender(t, await local(t))
    const cycle = {}
    cycle.self = cycle
    const broken = {
      toJSON() {
        throw new RangeError('no')
      }
    }
    t.throws(() => send('t', cycle), { instanceOf: TypeError })
    t.throws(() => send('t', { n: 1n }), { instanceOf: TypeError })
    t.throws(() => send('t', broken), { instanceOf: RangeError, message: 'no' })
    send('after', 1)
    t.deepEqual(await peer.frames(1), ['{"type":"after","data":1}'])
  })
}

test('NI-10: emit without a socket throws a TypeError', (t) => {
  const ipc = instance(t)
  ipc.connectTo('world', '/nowhere')
  const { Client } = ipc.of.world
  const client = new Client(ipc.config, ipc.log)
  t.is(client.socket, false)
  t.throws(() => client.emit('a', 1), { instanceOf: TypeError })
})

test('NI-10: the public fields of a client', async (t) => {
  const address = await local(t)
  const ipc = instance(t, { maxRetries: 7 })
  const client = connect(ipc, address, 'world')
  t.is(client.config, ipc.config)
  t.is(client.retriesRemaining, 7)
  t.is(client.explicitlyDisconnected, false)
  t.is(typeof client.log, 'function')
  t.is(typeof client.queue, 'object')
  t.true(client instanceof client.Client)
})
