'use strict'

// Objects of a usual form that JavaScript wants as text: their values, parsed with others, come besides.

const test = require('ava')
const { Recorder } = require('../common/events')
const { engine, eachEnd, connected, protocol, receiver, serve, PLACES } = require('./support')

const END = '\n'
const MEMBERS = ['id', 'at', 'message']
const described = protocol({ framing: { mode: 'line' }, codec: 'text', members: MEMBERS })

/** Records each text, and the object that the values make; where there are none, none. */
function reader() {
  const log = new Recorder()
  log.message = (text, connection, values, at) => {
    const object = values && Object.fromEntries(MEMBERS.map((name, index) => [name, values[at + index]]))
    log.add(text, object)
  }
  return log
}

const usual = (message, id = '"a"', at = '1732147200000') => `{"id":${id},"at":${at},"message":${message}}`

const BATCHES = {
  'values of every kind': ['{}', '[1,[2]]', '"x"', '""', '1', '-0.5e3', 'true', 'null'].map((it) =>
    usual(it)
  ),
  'first ones of every kind': [
    usual('{}', '"a\\",\\"at\\":1"', '-0'),
    usual('{}', 'null', '"later"'),
    usual('{}', '1e400', '0.1'),
    usual('{}', '""', 'false')
  ],
  'many of them': Array.from({ length: 500 }, (_, at) => usual(`{"n":${at}}`, `"m${at}"`, at)),
  'others among them': [usual('1'), 'x', '', usual('2'), '[3]', '{"id":1}', 'é', usual('"é"'), usual('4')],
  'large ones among them': [10, 600, 10, 20_000, 10].map((size) => usual(`"${'x'.repeat(size)}"`))
}

for (const [name, lines] of Object.entries(BATCHES)) {
  eachEnd(test, `members: ${name}`, async (t, open) => {
    const log = reader()
    const { peer } = await open(described, log)
    await peer.write(lines.map((line) => line + END).join(''))
    await log.until(() => log.events.length >= lines.length, 'all lines')
    t.deepEqual(
      log.events.map(([text]) => text),
      lines
    )
    for (const [text, object] of log.events) {
      // What is large or not ASCII comes as text alone, and so does what has another form.
      const plain = text.startsWith('{"id":') && text.includes('"message":') && text.length < 512
      if (plain && !text.includes('é')) t.deepEqual(object, JSON.parse(text))
      else t.is(object, undefined)
    }
  })
}

// Alone: nothing else in its batch has values either.
eachEnd(
  test.serial,
  'members: one that is no JSON takes nothing from the others but their values',
  async (t, open) => {
    const log = reader()
    const { peer } = await open(described, log)
    const lines = [
      usual('1'),
      usual('{x}'),
      usual('"\\x"'),
      usual('1', '"\\q"'),
      usual('1', '01'),
      usual('2')
    ]
    await peer.write(lines.map((line) => line + END).join(''))
    await log.until(() => log.events.length >= lines.length, 'all lines')
    t.deepEqual(
      log.events.map(([text]) => text),
      lines
    )
    for (const [text, object] of log.events) if (object) t.deepEqual(object, JSON.parse(text))
  }
)

test('members: what their names may be', (t) => {
  for (const members of [[], ['a', 'a'], ['a', 'b', 'c', 'd', 'e']])
    t.throws(() => engine.connect({ path: 'x' }, { ...described, members }, {}), { message: /members/ })
})

test('what is sent to many in one turn reaches each in order', async (t) => {
  const COUNT = 30
  const address = await PLACES.local(t)
  const listener = await serve(t, address, protocol())
  const logs = Array.from({ length: COUNT }, () => receiver())
  const accepted = new Recorder(listener, ['connection'])
  for (const log of logs) await connected(t, address, protocol(), log)
  await accepted.until(() => accepted.events.length === COUNT, 'all of them')
  const clients = accepted.all('connection').map(([client]) => client)
  for (let round = 0; round < 3; round++) {
    engine.broadcast(clients, '"all"')
    for (const [number, client] of clients.entries()) client.send(`${number}`)
    engine.broadcast(clients, '"end"')
    await Promise.all(
      logs.map((log) => log.until(() => log.all('message').length === 3 * (round + 1), 'three'))
    )
  }
  const story = (number) => ['all', number, 'end', 'all', number, 'end', 'all', number, 'end']
  for (const [number, log] of logs.entries())
    t.deepEqual(
      log.all('message').map(([value]) => value),
      story(number)
    )
})
