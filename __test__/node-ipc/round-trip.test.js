'use strict'

const test = require('ava')
const { pair } = require('./support')
const { Recorder } = require('../common/events')
const { eachTransport } = require('../common/places')

/** Sends all values from the client, has the server send each back, gives what arrived at both. */
async function exchange({ server, client }, values) {
  const there = new Recorder(server, ['m'])
  const back = new Recorder(client, ['m'])
  server.on('m', (data, socket) => server.emit(socket, 'm', data))
  for (const value of values) client.emit('m', value)
  await back.seen('m', values.length)
  const data = (log) => log.all('m').map(([value]) => value)
  return [data(there), data(back)]
}

eachTransport(test, 'NI-21: a string with the delimiter in it round-trips', async (t, address) => {
  const values = ['\f', 'a\fb', { '\f': ['\f\f'] }, '\\f', '\\\f', '"\f"', '{"type":"m"}\f']
  for (const seen of await exchange(await pair(t, address), values)) t.deepEqual(seen, values)
})

eachTransport(test, 'NI-21: strings of every kind round-trip', async (t, address) => {
  const values = [
    '\u0000\u0001\n\r\t\b',
    'ÿ\u0080\u07ff\u0800\uffff',
    '\ufeff bom',
    '😀'.repeat(1000),
    'lone \ud800 and \udfff',
    '\u2028\u2029',
    'x'.repeat(511),
    'x'.repeat(512),
    'é'.repeat(300),
    'x'.repeat(65535),
    'x'.repeat(65536),
    'é'.repeat(65537),
    'y'.repeat(1 << 20)
  ]
  for (const seen of await exchange(await pair(t, address), values)) t.deepEqual(seen, values)
})

eachTransport(test, 'NI-21: every JSON type round-trips', async (t, address) => {
  const values = [
    0,
    -1.5,
    1e308,
    true,
    false,
    [],
    {},
    [null, [[[]]], { a: { b: null } }],
    { type: 'm', data: 'nested' },
    JSON.parse('{"__proto__": {"x": 1}, "constructor": 1}'),
    Array.from({ length: 1000 }, (_, n) => n)
  ]
  for (const seen of await exchange(await pair(t, address), values)) t.deepEqual(seen, values)
})

eachTransport(
  test,
  'NI-21: a message of 5 MiB round-trips, with small ones around it',
  async (t, address) => {
    const values = ['before', 'big €'.repeat(750000), 'after']
    for (const seen of await exchange(await pair(t, address), values)) t.deepEqual(seen, values)
  }
)
