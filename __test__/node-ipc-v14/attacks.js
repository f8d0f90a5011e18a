'use strict'

// What a guarded server must refuse, and with which code.

const RESERVED = [
  'start',
  'connect',
  'disconnect',
  'destroy',
  'close',
  'socket.disconnected',
  'error',
  'data'
]
const INHERITED = Object.getOwnPropertyNames(Object.prototype)
const SHAPES = [
  'null',
  'true',
  'false',
  '0',
  '-1.5e3',
  '"text"',
  '""',
  '[]',
  '[[]]',
  '[{"type":"a"}]',
  '"{}"'
]
const NAMELESS = [
  '{}',
  '{"data":1}',
  '{"Type":"a"}',
  '{"type":1}',
  '{"type":null}',
  '{"type":""}',
  '{"type":["a"]}'
]
const BROKEN = [
  '',
  '{',
  '}',
  '{"type":"a"',
  '{"type":"a"}}',
  '{type:"a"}',
  "{'type':'a'}",
  'nul',
  '[1,]',
  '{"a":01}'
]

/** Ways to write the same string. */
const spellings = [
  (text) => JSON.stringify(text),
  (text) => `"${[...text].map((c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`).join('')}"`,
  (text) =>
    `"${text.slice(0, -1)}\\u${text
      .charCodeAt(text.length - 1)
      .toString(16)
      .padStart(4, '0')
      .toUpperCase()}"`
]
/** Ways to hide the same member. */
const hidings = [
  (type) => `{"type":${type}}`,
  (type) => `{"data":{"type":"ok"},"type":${type}}`,
  (type) => `{"type":"ok","type":${type},"data":1}`,
  (type) => `{"type":"ok","\\u0074ype":${type}}`,
  (type) => ` \n{ "data" : [ 1 , "}" ] , "type" : ${type} }\t`
]

/** @param {number} count how many @param {any} limits the config of the server */
function attacks(count, { maxMessageSize, maxEventNameLength }) {
  const list = []
  const add = (code, text, end = '\f') =>
    list.push({ code: `ERR_IPC_${code}`, bytes: Buffer.from(text + end) })
  const turn = (choices, n) => choices[n % choices.length]
  for (let n = 0; list.length < count; n++) {
    const spell = turn(spellings, n)
    const hide = turn(hidings, Math.floor(n / 3))
    add('RESERVED_EVENT', hide(spell(turn(RESERVED, n))))
    add('INVALID_EVENT', hide(spell(turn(INHERITED, n))))
    add(
      'EVENT_TOO_LARGE',
      hide(spell(turn(['x', 'é', '中'], n).repeat(maxEventNameLength + 1 + n))).slice(0, 4000)
    )
    add('INVALID_MESSAGE', turn(SHAPES, n) + ' '.repeat(n % 3))
    add('INVALID_EVENT', turn(NAMELESS, n))
    add('INVALID_JSON', turn(BROKEN, n))
    add('INVALID_JSON', hide(spell(turn(RESERVED, n))) + turn(['x', ',', '{}', '\0'], n))
    add('FRAME_TOO_LARGE', `{"type":"a","data":"${'x'.repeat(maxMessageSize - 21 + (n % 50))}"}`)
    add('FRAME_TOO_LARGE', 'x'.repeat(maxMessageSize + 1 + n * 100), '')
    if (n % 10 === 0) add('MESSAGE_TIMEOUT', '{"type":"a","data":"' + 'x'.repeat(n), '')
    if (n % 10 === 5) add('MESSAGE_TIMEOUT', '{"type":"ok"}\f' + 'x'.repeat(maxMessageSize - n), '')
  }
  return list.slice(0, count)
}

module.exports = { attacks }
