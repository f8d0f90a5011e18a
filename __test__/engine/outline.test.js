'use strict'

// Large JSON frames with tables, arrays of objects that all have the same members, and with long texts: these cross by
// themselves, and the frame arrives as if the whole of it had been parsed.

const test = require('ava')
const { standStill, eachEnd, pair, protocol, receiver, PLACES } = require('./support')

const END = '\f'
/** No frame below this length is looked through. */
const LONG = 4096

/** Rows enough to be worth it, made of `members` by JSON. */
const table = (...members) => {
  const row = (at) => `{${members.map((member) => member.replaceAll('#', at)).join(',')}}`
  const count = Math.ceil(LONG / row(0).length) + 8
  return `[${Array.from({ length: count }, (_, at) => row(at)).join(',')}]`
}

const plain = table('"id":#', '"name":"row #"', '"size":#.5', '"on":true')
const wide = table(...Array.from({ length: 30 }, (_, at) => `"m${at}":#`))
const text = 'x'.repeat(40_000)
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

const DOCUMENTS = {
  'a table': plain,
  'one in an object': `{"a":1,"rows":${plain},"b":2}`,
  'one deep inside': `{"a":[0,{"b":[[${plain}]],"c":"]"}],"d":{"e\\"f":${plain}}}`,
  'several, with other members': `{"a":${plain},"b":${wide},"c":[${plain},{},${wide}]}`,
  'rows of one member': table('"only":"#"'),
  'wide rows': wide,
  'more values than come at a time': `[${Array.from({ length: 5000 }, (_, at) => `{"a":${at},"b":"${at}","c":null}`)}]`,
  'values that change their kind': `[${Array.from({ length: 999 }, (_, at) => `{"a":${[1, '"x"', 'null', 1.5, 'false'][at % 5]}}`)}]`,
  'special numbers': table(...NUMBERS.map((number, at) => `"n${at}":${number}`)),
  'names like numbers, in another order': table('"2":#', '"a":#', '"1":#'),
  'names of what objects have': table('"constructor":#', '"toString":"#"', '"":1', '"hasOwnProperty":2'),
  __proto__: table('"a":#', '"__proto__":{}', '"b":1'),
  'a number as __proto__': table('"a":#', '"__proto__":1'),
  'a member that is there twice': table('"a":#', '"a":2'),
  'a name in escapes': table('"\\u0061":#', '"b\\n":1'),
  'texts that are not ASCII': table('"a":"é#"', '"b":"日本 😀"', '"ü":1'),
  'texts in escapes': table('"a":"\\"#\\\\"', '"b":"\\u00e9\\ud83d"', '"c":"]},{"'),
  'a row that is longer': plain.replace('{"id":9,', '{"x":0,"id":9,'),
  'a row that is shorter': plain.replace('"id":9,', ''),
  'rows in rows': plain.replaceAll('true', '[{"a":1},{"a":2}]'),
  'a last row of another kind': plain.replace(/\]$/, ',1]'),
  'white space': plain.replaceAll(',', ', '),
  'white space around': ` {"rows" : ${plain} }\n`,
  'a table that is overwritten': `{"rows":${plain},"rows":5}`,
  'a table whose holder is overwritten': `{"a":{"rows":${plain}},"a":{"b":1}}`,
  'a table whose holder becomes nothing': `{"a":{"rows":${plain}},"a":null}`,
  'a table that overwrites': `{"rows":5,"rows":${plain}}`,
  'a table only in a text': JSON.stringify({ text: plain }),
  'a long text': JSON.stringify(text),
  'long texts in an object': JSON.stringify({ a: text, b: [1, 'é'.repeat(9000), [text]], c: { text } }),
  'a long text among tables': `{"a":${plain},"b":"${text}","c":${plain},"d":"${text}"}`,
  'long texts with escapes': JSON.stringify({ a: `${text}\n`, b: text, c: `"${text}`, d: '\ud83d' + text }),
  'a long name': JSON.stringify({ [text]: text }),
  'a long text that is overwritten': `{"a":"${text}","a":1}`,
  'nothing to take out': JSON.stringify(Array.from({ length: 9000 }, (_, at) => at)),
  'a table after much else': `{"a":"${'x'.repeat(9000)}","rows":${plain}}`
}

const BROKEN = {
  'no end': plain.slice(0, -1),
  'more after it': `${plain}]`,
  'one more': `${plain},1`,
  'a comma too many': plain.replace(/\]$/, ',]'),
  'a number that is none': plain.replace('"id":9,', '"id":09,'),
  'a word that is none': plain.replace('true', 'trux'),
  'an escape that is none': plain.replace('row 9', 'row \\9'),
  'a control character': plain.replace('row 9', 'row \n9'),
  'a bad end': `{"rows":${plain},"b":}`,
  'a text without an end': `{"a":"${text}`,
  'a text and more': `"${text}"1`,
  'a text with a control character': `{"a":"${text}\n"}`,
  'no name': `{"rows":${plain},5}`
}

for (const [name, text] of Object.entries(DOCUMENTS)) {
  eachEnd(test, `tables: ${name}`, async (t, open) => {
    const log = receiver()
    const { peer } = await open(protocol(), log)
    await peer.write(`1${END}${text}${END}${text}${END}2${END}`)
    await log.until(() => log.events.length >= 5, 'all frames')
    const values = log.all('message').map(([value]) => value)
    const parsed = JSON.parse(text)
    t.deepEqual(values, [1, parsed, parsed, 2])
    // Also the order of members, and what `deepEqual` does not look at.
    t.is(JSON.stringify(values[1]), JSON.stringify(parsed))
  })
}

for (const [name, text] of Object.entries(BROKEN)) {
  eachEnd(test, `tables that are no JSON: ${name}`, async (t, open) => {
    const log = receiver()
    const { peer } = await open(protocol(), log)
    await peer.write(`${text}${END}${plain}${END}`)
    await log.until(() => log.events.length >= 3, 'both frames')
    t.throws(() => JSON.parse(text))
    const [[error, told]] = log.all('malformed')
    t.true(error instanceof SyntaxError)
    t.is(told, text)
    t.deepEqual(log.all('message'), [[JSON.parse(plain)]])
  })
}

eachEnd(test, 'rows are ordinary objects', async (t, open) => {
  const log = receiver()
  const { peer } = await open(protocol(), log)
  await peer.write(plain + END)
  await log.until(() => log.all('message').length === 1, 'the frame')
  const [[[first, second]]] = log.all('message')
  t.is(Object.getPrototypeOf(first), Object.prototype)
  t.deepEqual(Object.getOwnPropertyDescriptor(second, 'id'), {
    value: 1,
    writable: true,
    enumerable: true,
    configurable: true
  })
  first.id = 'changed'
  t.is(second.id, 1)
})

eachEnd(test, 'a table waits for resume()', async (t, open) => {
  const log = receiver()
  const { connection, peer } = await open(protocol(), log)
  const first = receiver({ message: () => connection.pause() })
  connection.receiver = first
  await peer.write(`1${END}${plain}${END}`)
  await first.until(() => first.all('message').length === 1, 'the first frame')
  standStill(5)
  t.is(first.all('message').length, 1)
  connection.receiver = log
  connection.resume()
  await log.until(() => log.all('message').length === 1, 'the table')
  t.deepEqual(log.all('message'), [[JSON.parse(plain)]])
})

test('tables one after the other keep to themselves', async (t) => {
  const right = receiver()
  const { near } = await pair(t, await PLACES.local(t), protocol(), { right })
  const documents = Array.from({ length: 20 }, (_, at) => plain.replaceAll('row', `row of ${at}`))
  for (const text of documents) near.send(text)
  await right.until(() => right.all('message').length === documents.length, 'all of them')
  t.deepEqual(
    right.all('message').map(([value]) => value),
    documents.map((text) => JSON.parse(text))
  )
})
