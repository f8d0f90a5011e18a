'use strict'

const test = require('ava')
const { ENDS, eachEnd, pair, messages } = require('./support')
const { Recorder } = require('../common/events')
const { settle } = require('../common/raw')
const { eachTransport, local } = require('../common/places')

const NAME = ['data', 'a', 'b']

eachEnd(test, eachTransport, 'NS-8: who hears ["a","b",1], in which order', async (t, end) => {
  const log = await heard(await end())
  const expected = ['any', 'string', 'array', 'data string', 'data array', 'a::*', '**']
  t.deepEqual(log.types, expected)
})

eachEnd(test, eachTransport, 'NS-9: each sees the name in this.event', async (t, end) => {
  const { socket, peer } = await end()
  const log = await heard({ socket, peer })
  for (const [, event, self, ...args] of log.events) {
    t.deepEqual(event, NAME)
    t.is(self, socket)
    t.deepEqual(args, [1])
  }
})

/** Who hears one event of `peer`: everybody with the name, `this.event`, `this` and the arguments. */
async function heard({ socket, peer }) {
  const log = new Recorder()
  const hear = (name) =>
    function (...args) {
      log.add(name, this.event, this, ...args)
    }
  socket.on(['data', '**'], hear('**'))
  socket.data(['a', '*'], hear('a::*'))
  socket.on('data::a::b', hear('string'))
  socket.on(['data', 'a', 'b'], hear('array'))
  socket.data('a::b', hear('data string'))
  socket.data(['a', 'b'], hear('data array'))
  socket.onAny(hear('any'))
  socket.data('a', hear('shorter'))
  socket.data('a::b::c', hear('longer'))
  socket.data('*', hear('one segment'))
  socket.on('a::b', hear('without data'))
  await peer.write('["a","b",1]\n')
  await log.seen('**')
  return log
}

test('NS-10: dataOnce fires once, undata removes, handlers get the payload alone', async (t) => {
  const { outbound, inbound } = await pair(t, await local(t))
  const log = new Recorder()
  const [kept, removed] = ['kept', 'removed'].map(
    (name) =>
      (...args) =>
        log.add(name, ...args)
  )
  const once = (...args) => log.add('once', ...args)
  t.is(inbound.dataOnce(['a', 'b'], once), undefined)
  t.is(inbound.data('a::b', removed), undefined)
  inbound.data('a::b', kept)
  t.is(inbound.undata(['a', 'b'], removed), undefined)
  inbound.data('*::b', removed)
  inbound.undata(['*', 'b'], removed)
  const never = () => log.add('never')
  inbound.dataOnce('a::b', never)
  inbound.undata(['a', 'b'], never)
  outbound.send('a::b', { n: 1 })
  outbound.send('a::b', { n: 2 })
  await log.seen('kept', 2)
  t.deepEqual(log.events, [
    ['once', { n: 1 }],
    ['kept', { n: 1 }],
    ['kept', { n: 2 }]
  ])
})

test('NS-10: undata takes a string, too (unlike the original)', async (t) => {
  const { outbound, inbound } = await pair(t, await local(t), { delimiter: '/' })
  const log = messages(inbound)
  const removed = () => log.add('removed')
  inbound.data('a/b', removed)
  inbound.dataOnce(['a', 'b'], removed)
  inbound.undata('a/b', removed)
  inbound.undata('a/b', removed)
  outbound.send('a/b', 1)
  await log.seen('a b')
  t.deepEqual(log.types, ['a b'])
})

test('NS-11: ** matches a name of no further segments', async (t) => {
  const { outbound, inbound } = await pair(t, await local(t))
  const log = messages(inbound)
  inbound.data('*', (payload) => log.add('one', payload))
  outbound.send([], 'x')
  outbound.send('a', 1)
  outbound.send('a::b', 2)
  await log.seen('a b')
  t.deepEqual(log.events, [
    ['', 'x'],
    ['one', 1],
    ['a', 1],
    ['a b', 2]
  ])
})

eachEnd(
  test,
  eachTransport,
  'NS-15: wildcards from the wire are literal (unlike the original: ruling 5)',
  async (t, end) => {
    const { socket, peer } = await end()
    const log = new Recorder()
    for (const name of ['a', '*', '**', 'a::b', '*::b', 'b::**']) {
      socket.data(name, function (payload) {
        log.add(name, this.event.slice(1), payload)
      })
    }
    await peer.write('["*",1]\n["**",2]\n["*","*",3]\n["**","b",4]\n["a","*",5]\n["b","**",6]\n["end",7]\n')
    await log.until(() => log.events.some(([name, , payload]) => name === '**' && payload === 7))
    t.deepEqual(
      log.events.filter(([name]) => name !== '**'),
      [
        ['*', ['*'], 1],
        ['*', ['**'], 2],
        ['*::b', ['**', 'b'], 4],
        ['b::**', ['b', '**'], 6],
        ['*', ['end'], 7]
      ]
    )
    t.deepEqual(
      log.all('**').map(([, payload]) => payload),
      [1, 2, 3, 4, 5, 6, 7]
    )
  }
)

test('NS-15: names that objects have by nature reach nobody else (unlike the original: ruling 5)', async (t) => {
  const { socket, peer } = await ENDS.inbound(t, await local(t))
  const log = new Recorder()
  const heard = (name) => (payload) => log.add(name, payload)
  socket.data('a', heard('a'))
  socket.data('a::b', heard('a::b'))
  socket.data('__proto__::polluted', heard('proto'))
  t.is({}.polluted, undefined)
  const names = [
    'constructor',
    '__proto__',
    'toString',
    'hasOwnProperty',
    '_listeners',
    'length',
    'a::_listeners',
    ''
  ]
  for (const name of names) await peer.write(JSON.stringify([...name.split('::'), 0, 'call', 1]) + '\n')
  for (const name of names) await peer.write(JSON.stringify([...name.split('::'), 1]) + '\n')
  await peer.write('["__proto__","polluted",2]\n["a",3]\n')
  await log.seen('a')
  t.deepEqual(log.events, [
    ['proto', 2],
    ['a', 3]
  ])
  t.is({}._listeners, undefined)
})

test('NS-17: another delimiter', async (t) => {
  const { outbound, inbound } = await pair(t, await local(t), { delimiter: '.' })
  const log = new Recorder()
  inbound.data('a.b', function (payload) {
    log.add('a.b', this.event, payload)
  })
  inbound.on('data.a.*', (payload) => log.add('a.*', payload))
  inbound.data('a::b', (payload) => log.add('a::b', payload))
  outbound.send('a.b', 1)
  outbound.send(['a::b'], 2)
  outbound.send(['a.b'], 3)
  outbound.send('end')
  await log.seen('a::b')
  await settle()
  t.deepEqual(log.events, [
    ['a.b', ['data', 'a', 'b'], 1],
    ['a.*', 1],
    ['a::b', 2]
  ])
})

test('segments that are no strings match by their string form, and reach the handler as they are', async (t) => {
  const { socket, peer } = await ENDS.inbound(t, await local(t))
  const log = new Recorder()
  socket.data(['1', '*'], function (payload) {
    log.add('1::*', this.event, payload)
  })
  socket.data('true', (payload) => log.add('true', payload))
  await peer.write('[1,{"a":1},"p"]\n[true,"q"]\n')
  await log.seen('true')
  t.deepEqual(log.events, [
    ['1::*', ['data', 1, { a: 1 }], 'p'],
    ['true', 'q']
  ])
})

test('a segment that is an object harms nobody, however it is made (unlike the original)', async (t) => {
  const { socket, peer } = await ENDS.inbound(t, await local(t))
  const log = new Recorder()
  socket.data('**', (payload) => log.add('payload', payload))
  const deep = '['.repeat(5000) + ']'.repeat(5000)
  await peer.write(`[{"toString":1,"valueOf":2},1]\n[${deep},2]\n["end",3]\n`)
  await log.seen('payload', 3)
  t.deepEqual(log.all('payload'), [[1], [2], [3]])
})

test('a name of a hundred thousand segments is dispatched like others (unlike the original)', async (t) => {
  const { socket, peer } = await ENDS.inbound(t, await local(t))
  const log = new Recorder()
  socket.data(['**', 'end'], (payload) => log.add('end', payload))
  socket.data(['*', '**', '*'], (payload) => log.add('two at least', payload))
  const name = Array(100000).fill('a')
  await peer.write(`${JSON.stringify([...name, 1])}\n${JSON.stringify([...name, 'end', 2])}\n`)
  await log.seen('end')
  t.deepEqual(log.all('end'), [[2]])
  t.deepEqual(log.all('two at least'), [[1], [2]])
})
