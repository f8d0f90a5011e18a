'use strict'

const test = require('ava')
const { subject } = require('../common/subject')
const { root } = require('./support')
const {
  Parser,
  GuardedParser,
  AssuredParser,
  RawParser,
  IPCProtocolError,
  createParser,
  reservedEventTypes
} = process.env.NAPI_IPC_TEST_SUBJECT
  ? require('../peers/node_modules/node-ipc-14/entities/EventParser.js')
  : subject('node-ipc/v14/parsers')
const { MessageParser } = process.env.NAPI_IPC_TEST_SUBJECT
  ? require('../peers/node_modules/node-ipc-14/entities/MessageParser.js')
  : subject('node-ipc/v14/parsers/message')

const config = (options) => ({ ...root.config, ...options })
const code = (suffix) => ({
  instanceOf: IPCProtocolError,
  code: `ERR_IPC_${suffix}`,
  name: 'IPCProtocolError'
})

test('what a config asks for', (t) => {
  for (const [parser, Class] of [
    ['fast', Parser],
    [undefined, Parser],
    [null, Parser],
    ['', Parser],
    ['raw', RawParser],
    ['guarded', GuardedParser],
    ['assured', AssuredParser],
    [MessageParser, MessageParser]
  ]) {
    t.is(createParser(config({ parser, allowedEvents: ['a'] })).constructor, Class)
  }
  const own = { encode() {}, read() {} }
  t.is(createParser(config({ parser: own })), own)
  t.is(createParser(config({ parser: own, rawBuffer: true })).constructor, RawParser)
})

test('the fields', (t) => {
  t.deepEqual(
    { ...new Parser(config({ delimiter: 'ab', encoding: 'hex' })) },
    {
      profile: 'fast',
      raw: false,
      encoding: 'utf8',
      delimiter: 'ab'
    }
  )
  t.deepEqual(
    { ...new AssuredParser(config({ allowedEvents: ['a', 'a'], allowReservedEvents: true })) },
    {
      profile: 'assured',
      raw: false,
      encoding: 'utf8',
      delimiter: '\f',
      maxMessageSize: 1048576,
      maxPendingBytes: 8388608,
      maxEventNameLength: 256,
      messageTimeout: 30000,
      allowReservedEvents: false,
      delimiterBytes: 1,
      allowedEvents: new Set(['a'])
    }
  )
  t.deepEqual(
    { ...new RawParser(config({ encoding: 'hex' })) },
    { profile: 'raw', raw: true, encoding: 'hex' }
  )
  t.is(new GuardedParser().profile, 'guarded')
  t.is(reservedEventTypes.size, 8)
})

test('encode, format, parse, push, read, decode', (t) => {
  for (const parser of [new Parser(), new GuardedParser()]) {
    t.is(parser.encode('a', { x: 1 }), '{"type":"a","data":{"x":1}}\f')
    t.is(parser.encode('a'), '{"type":"a","data":{}}\f')
    t.is(parser.format({ type: 'a', data: null, more: 1 }), '{"type":"a","data":null}\f')
    t.deepEqual(parser.parse('a\fb\fc'), ['a', 'b'])
    t.deepEqual(parser.parse(''), [])
    t.deepEqual(parser.parse('\f'), [''])
    t.deepEqual(parser.push('{"type":', '"a"}\f{"t'), { events: ['{"type":"a"}'], remainder: '{"t' })
    t.deepEqual(parser.push('', Buffer.from('a\f')), {
      events: [Buffer.from('a')],
      remainder: Buffer.alloc(0)
    })
    t.deepEqual(parser.decode('{"type":"a","data":1}'), { type: 'a', data: 1 })
    t.throws(() => parser.decode('bad'), code('INVALID_JSON'))
    const seen = []
    t.is(
      parser.read('{"type":', '"a"}\f{"type":"b"}\f{"t', (message) => seen.push(message)),
      '{"t'
    )
    t.deepEqual(seen, [{ type: 'a' }, { type: 'b' }])
    t.throws(
      () => parser.read('', '{"type":"c"}\fbad\f', (message) => seen.push(message)),
      code('INVALID_JSON')
    )
    t.is(seen.length, 3)
  }
})

test('guarded: what throws', (t) => {
  const parser = new GuardedParser(config({ maxMessageSize: 60, maxEventNameLength: 7 }))
  for (const [call, expected] of [
    [() => parser.encode('', 1), 'INVALID_EVENT'],
    [() => parser.encode(5, 1), 'INVALID_EVENT'],
    [() => parser.encode('valueOf', 1), 'INVALID_EVENT'],
    [() => parser.encode('connect', 1), 'RESERVED_EVENT'],
    [() => parser.encode('12345678', 1), 'EVENT_TOO_LARGE'],
    [() => parser.encode('a', 'x'.repeat(39)), 'FRAME_TOO_LARGE'],
    [() => parser.decode('[]'), 'INVALID_MESSAGE'],
    [() => parser.decode('null'), 'INVALID_MESSAGE'],
    [() => parser.decode('{}'), 'INVALID_EVENT'],
    [() => parser.decode('{"type":"error"}'), 'RESERVED_EVENT'],
    [() => parser.decode('é'.repeat(31)), 'FRAME_TOO_LARGE'],
    [() => parser.push('', 'x'.repeat(61)), 'FRAME_TOO_LARGE'],
    [() => parser.read('', 'x'.repeat(61), () => {}), 'FRAME_TOO_LARGE']
  ]) {
    t.throws(call, code(expected), String(call))
  }
  t.is(parser.encode('a', 'x'.repeat(38)).length, 61)
  const assured = new AssuredParser(config({ allowedEvents: ['a', 'connect'] }))
  t.throws(() => assured.encode('b'), code('EVENT_NOT_ALLOWED'))
  t.throws(() => assured.encode('connect'), code('RESERVED_EVENT'))
  t.is(assured.encode('a'), '{"type":"a","data":{}}\f')
})

test('raw', (t) => {
  const parser = new RawParser(config({ encoding: 'hex' }))
  t.deepEqual(parser.encode('ff'), Buffer.from([255]))
  t.deepEqual(parser.encode([1, 2], 'ignored'), Buffer.from([1, 2]))
  t.throws(() => parser.encode(5), { code: 'ERR_INVALID_ARG_TYPE' })
  t.deepEqual(parser.parse('a\fb'), ['a\fb'])
  t.is(parser.decode('x'), 'x')
})

test('message objects', (t) => {
  const parser = new MessageParser()
  const message = parser.decode('{"type":"a","data":{"b":1}}')
  t.is(message.constructor.name, 'Message')
  t.deepEqual({ ...message }, { type: 'a', data: { b: 1 } })
  t.is(message.JSON, '{"type":"a","data":{"b":1}}')
  message.load({ type: 'o', data: 2, more: 3 })
  t.is(JSON.stringify(message), '{"type":"o","data":2}')
  const bad = parser.decode('{bad')
  t.is(bad.type, 'error')
  t.like(bad.data, { message: 'Invalid JSON response format', response: '{bad' })
  t.true(bad.data.err instanceof SyntaxError)
  t.like(JSON.parse(bad.JSON).data.err, { name: 'SyntaxError' })
  const nothing = parser.decode('null')
  t.is(nothing.type, 'error')
  t.true(nothing.data.err instanceof TypeError)
  t.is(parser.decode('5').type, undefined)
})
