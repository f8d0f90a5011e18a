'use strict'

// Messages that come together and have the same members: they cross as a table, and arrive as if each had been parsed.

const test = require('ava')
const { Recorder } = require('../common/events')
const { dial } = require('../common/raw')
const { engine, eachEnd, pair, protocol, receiver, serve, standStill, PLACES } = require('./support')

const END = '\f'
/** One after the other: what else came with them would decide how they cross. */
const each = (title, body) => eachEnd(test.serial, title, body)
const envelope = new engine.Envelope('type', 'data')

/** So many texts of `row`, in which `#` is the number of each. */
const rows = (count, row) => Array.from({ length: count }, (_, at) => row.replaceAll('#', at + 1))
const plain = rows(50, '{"id":#,"name":"row #","size":#.5,"on":true}')
const wide = (count) => `{${Array.from({ length: count }, (_, at) => `"m${at}":#`)}}`
const some = (...texts) => plain.slice(0, 20).concat(texts, plain.slice(20))

const NUMBERS = [
  '-0',
  '0.1',
  '1e400',
  '-1e-400',
  '12345678901234567890',
  '1.7976931348623157e308',
  '5e-324',
  '1E+2'
]

const RUNS = {
  'rows of numbers, texts and words': plain,
  'rows of one number': rows(99, '{"n":#}'),
  'rows of one text': rows(99, '{"text":"#"}'),
  'as many as are looked at': plain.slice(0, 16),
  'one less than are looked at': plain.slice(0, 15),
  'more values than come at a time': rows(3000, '{"a":#,"b":"#","c":null}'),
  'wide rows': rows(40, wide(30)),
  'rows that are too wide': rows(40, wide(33)),
  'special numbers': rows(40, `{${NUMBERS.map((number, at) => `"n${at}":${number}`)}}`),
  'special numbers one after the other': NUMBERS.concat(NUMBERS, NUMBERS).map((number) => `{"a":${number}}`),
  'values that change their kind': rows(99, '{"a":@}').map((row, at) =>
    row.replace('@', [1, '"x"', 'null', 1.5, 'false'][at % 5])
  ),
  'names like numbers, in another order': rows(40, '{"2":#,"a":#,"1":#}'),
  'names like large numbers': rows(40, '{"b":#,"4294967295":#,"a":#,"-1":#}'),
  'names of what objects have': rows(40, '{"constructor":#,"toString":"#","":1,"hasOwnProperty":2}'),
  __proto__: rows(40, '{"a":#,"__proto__":{},"b":1}'),
  'a number as __proto__': rows(40, '{"a":#,"__proto__":#}'),
  'null as __proto__': rows(40, '{"a":#,"__proto__":null}'),
  '__proto__ in escapes': rows(40, '{"a":#,"\\u005f_proto__":null}'),
  '__proto__ further behind': some('{"id":1,"__proto__":"x","size":1,"on":true}'),
  'a member that is there twice': rows(40, '{"a":#,"a":2}'),
  'a member that is there twice, once in escapes': rows(40, '{"a":#,"\\u0061":2}'),
  'a name in escapes': rows(40, '{"\\u0061":#,"b\\n":1}'),
  'texts that are not ASCII': rows(40, '{"a":"é#","b":"日本 😀","ü":1}'),
  'texts in escapes': rows(40, '{"a":"\\"#\\\\","b":"\\u00e9\\ud83d","c":"]},{"}'),
  'half characters': rows(40, '{"a":"\\ud83d","b":"\\ude00#"}'),
  'other messages between': some('{}', '[]', '{"id":[1]}', '{"a":{"b":{}}}', '{"x":1}'),
  'values between': some('1', '"text"', 'null', 'true', '-0', '""'),
  'a row that is longer': some('{"id":1,"name":"row","size":1,"on":true,"more":1}'),
  'a row that is shorter': some('{"id":1,"name":"row","size":1}'),
  'a row in another order': some('{"name":"row","id":1,"size":1,"on":true}'),
  'a row with white space': some('{"id":1, "name":"row","size":1,"on":true}', ' {"id":1}'),
  'tables one after the other': [
    ...plain,
    ...rows(20, '{"id":#}'),
    ...rows(20, '{"id":"#","x":1}'),
    ...plain
  ],
  'members that are there or not': plain.map((row, at) =>
    at % 3 ? row : row.replace('"on":true', '"off":1')
  ),
  'no rows': rows(99, '"#"'),
  'empty ones': rows(99, '{}'),
  'rows in rows': rows(99, '{"a":[{"a":1},{"a":2}],"b":#}')
}

const BROKEN = {
  'a number that is none': '{"id":09,"name":"row","size":1,"on":true}',
  'a word that is none': '{"id":9,"name":"row","size":1,"on":trux}',
  'an escape that is none': '{"id":9,"name":"row \\9","size":1,"on":true}',
  'a control character': '{"id":9,"name":"row \n9","size":1,"on":true}',
  'half an escape': '{"id":9,"name":"\\u12","size":1,"on":true}',
  'a comma too many': '{"id":9,"name":"row","size":1,"on":true,}',
  'no value': '{"id":9,"name":"row","size":1,"on":}',
  'a name without quotes': '{id:9}'
}

/** Records payloads; whether one comes as an event or whole is the engine's choice. */
function listening() {
  const log = receiver()
  log.message = (value) => log.add('message', value?.type === 'e' ? value.data : value)
  log.event = (name, payload) => log.add('message', payload)
  return log
}

/** The frames of payloads: as they are, or in envelopes of one name. */
const FORMS = {
  frames: { description: protocol(), frame: (text) => text },
  events: { description: protocol({ envelope }), frame: (text) => `{"type":"e","data":${text}}` }
}

for (const [form, { description, frame }] of Object.entries(FORMS)) {
  for (const [name, texts] of Object.entries(RUNS)) {
    each(`${form}: ${name}`, async (t, open) => {
      const log = listening()
      const { peer } = await open(description, log)
      await peer.write(texts.map((text) => frame(text) + END).join(''))
      await log.until(() => log.count('message') + log.count('malformed') >= texts.length, 'all frames')
      const values = log.all('message').map(([value]) => value)
      const parsed = texts.map((text) => JSON.parse(text))
      t.deepEqual(values, parsed)
      // Also the order of members, and what `deepEqual` does not look at.
      t.is(JSON.stringify(values), JSON.stringify(parsed))
      const prototypes = (values) => values.map((value) => value && Object.getPrototypeOf(value))
      t.true(prototypes(values).every((it, at) => it === prototypes(parsed)[at]))
    })
  }

  for (const [name, bad] of Object.entries(BROKEN)) {
    for (const place of [0, 1, 30]) {
      each(`${form} that are no JSON: ${name}, place ${place}`, async (t, open) => {
        const log = listening()
        const { peer } = await open(description, log)
        const texts = [...plain.slice(0, place), bad, ...plain.slice(place)]
        await peer.write(texts.map((text) => frame(text) + END).join(''))
        await log.until(() => log.count('message') + log.count('malformed') >= texts.length, 'all frames')
        const seen = log.events.filter(([type]) => type === 'message' || type === 'malformed')
        t.is(
          seen.findIndex(([type]) => type === 'malformed'),
          place
        )
        t.deepEqual(
          log.all('message').map(([value]) => value),
          plain.map((text) => JSON.parse(text))
        )
        const [[error, told]] = log.all('malformed')
        t.true(error instanceof SyntaxError)
        t.is(told, frame(bad))
        t.throws(() => JSON.parse(bad))
      })
    }
  }
}

each('rows are ordinary objects', async (t, open) => {
  const log = listening()
  const { peer } = await open(protocol(), log)
  await peer.write(plain.map((text) => text + END).join(''))
  await log.seen('message', plain.length)
  const [[first], [second], [third]] = log.all('message')
  t.deepEqual(Object.getOwnPropertyDescriptor(second, 'id'), {
    value: 2,
    writable: true,
    enumerable: true,
    configurable: true
  })
  first.id = 'changed'
  delete second.id
  t.is(third.id, 3)
})

test.serial('what others have put on Object.prototype does not matter to rows', async (t) => {
  const log = listening()
  const { near } = await pair(t, await PLACES.local(t), protocol(), { right: log })
  const texts = [...plain, ...rows(30, '{"unknown":#,"size":#,"name":"row"}')]
  const caught = []
  const set = (value) => {
    caught.push(value)
  }
  Object.defineProperty(Object.prototype, 'name', { set, configurable: true })
  Object.defineProperty(Object.prototype, 'size', { value: 1, writable: false, configurable: true })
  try {
    for (const text of texts) near.send(text)
    await log.seen('message', texts.length)
  } finally {
    delete Object.prototype.name
    delete Object.prototype.size
  }
  t.deepEqual(caught, [])
  t.deepEqual(
    log.all('message').map(([value]) => value),
    texts.map((text) => JSON.parse(text))
  )
})

each('rows wait for resume()', async (t, open) => {
  const log = listening()
  const { connection, peer } = await open(protocol(), log)
  const first = receiver({ message: () => connection.pause() })
  connection.receiver = first
  await peer.write(plain.map((text) => text + END).join(''))
  await first.seen('message')
  standStill(5)
  t.is(first.count('message'), 1)
  connection.receiver = log
  connection.resume()
  await log.seen('message', plain.length - 1)
  t.deepEqual(
    first.all('message').concat(log.all('message')),
    plain.map((text) => [JSON.parse(text)])
  )
})

test.serial(
  'tables of several connections and names, and a large frame with one, in one crossing',
  async (t) => {
    const address = await PLACES.local(t)
    const log = new Recorder()
    const listener = await serve(t, address, protocol({ envelope }), {
      event: (name, payload, connection) => log.add(connection.name, name, payload),
      message: (value, connection) => log.add(connection.name, value)
    })
    const peers = {}
    for (const name of ['a', 'b', 'c']) {
      const accepted = listener.accepted()
      peers[name] = await dial(t, address)
      ;(await accepted).name = name
    }
    const large = `[${rows(300, '{"id":#,"text":"#"}')}]`
    const sent = {
      a: [...plain.map((text) => ['x', text]), ...rows(30, '{"n":#}').map((text) => ['y', text])],
      b: [...rows(30, '"#"').map((text) => ['x', text]), ['z', large], ...plain.map((text) => ['x', text])],
      c: [['z', large], ...rows(300, '{"n":"#","o":#}').map((text) => ['x', text]), ['z', large]]
    }
    for (const [name, events] of Object.entries(sent)) {
      const frames = events.map(([type, text]) => `{"type":"${type}","data":${text}}${END}`)
      await peers[name].write(frames.join(''))
    }
    standStill(20)
    await log.until(() => log.events.length >= 80 + 81 + 302, 'all of them')
    for (const [name, events] of Object.entries(sent)) {
      const expected = events.map(([type, text]) => {
        const data = JSON.parse(text)
        // A large frame arrives whole.
        return type === 'z' ? [{ type, data }] : [type, data]
      })
      t.deepEqual(log.all(name), expected)
    }
  }
)
