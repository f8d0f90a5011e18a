'use strict'

const test = require('ava')
const { local } = require('../common/places')
const { next, Recorder } = require('../common/events')
const { inPieces } = require('../common/raw')
const { state } = require('../common/deadline')
const { library, served, pair } = require('./support')
const { MessageParser } = require('napi-ipc/node-ipc/v14/parsers/message')

const { Parser, GuardedParser, IPCProtocolError } = library

/** Words, separated by bars. */
class Words {
  calls = []

  encode(type, data) {
    return Buffer.from(`${type}:${data}|`)
  }

  read(remainder, chunk, receive) {
    this.calls.push([remainder, chunk])
    const words = (remainder + chunk).split('|')
    const rest = words.pop()
    for (const word of words) receive(this.message(word))
    return rest
  }

  message(word) {
    const [type, data] = word.split(':')
    return { type, data }
  }
}

test('an object or a class of the program’s own', async (t) => {
  const given = []
  class Made extends Words {
    constructor(config) {
      super()
      given.push(config)
    }
  }
  for (const parser of [new Words(), Made]) {
    const { server, client, hub, spoke } = await pair(t, await local(t), { parser })
    const log = new Recorder(server, ['a', 'b'])
    server.on('a', (data, socket) => server.emit(socket, 'back', data))
    const back = next(client, 'back')
    client.emit('a', 1)
    client.emit('b', 2)
    t.deepEqual(await back, ['1'])
    await log.seen('b')
    t.deepEqual(
      log.all('a').map(([data]) => data),
      ['1']
    )
    if (parser === Made) t.deepEqual(new Set(given), new Set([hub.config, spoke.config]))
    else t.is(server.parser, parser)
  }
})

test('chunks come in the encoding of the parser, characters whole, with what was left', async (t) => {
  const parser = Object.assign(new Words(), { encoding: 'utf8' })
  const { peer, socket } = await served(t, await local(t), { parser })
  const bytes = Buffer.from('a:é|b')
  await inPieces({ peer, socket }, [bytes.subarray(0, 3), bytes.subarray(3)])
  await state(() => parser.calls.length === 2, 'two calls of read')
  t.deepEqual(parser.calls, [
    ['', 'a:'],
    ['a:', 'é|b']
  ])
  const hex = Object.assign(new Words(), { encoding: 'hex' })
  const other = await served(t, await local(t), { parser: hex })
  await inPieces(other, [Buffer.from([255, 0])])
  await state(() => hex.calls.length === 1, 'a call of read')
  t.deepEqual(hex.calls, [['', 'ff00']])
})

test('raw: read is not called', async (t) => {
  const parser = Object.assign(new Words(), { raw: true })
  const { target, peer, socket } = await served(t, await local(t), { parser })
  const seen = next(target, 'data')
  await peer.write('a:1|')
  t.deepEqual(await seen, [Buffer.from('a:1|'), socket])
  t.deepEqual(parser.calls, [])
  t.true(target.raw)
})

test('a protocol error of the parser’s ends the connection, anything else is uncaught', async (t) => {
  const parser = new Words()
  parser.message = () => {
    throw new IPCProtocolError('ERR_MINE', 'no such word')
  }
  const { target, peer } = await served(t, await local(t), { parser })
  const log = new Recorder(target, ['error', 'socket.disconnected', 'close'])
  await peer.write('a|')
  await log.seen('close')
  t.deepEqual(log.types, ['error', 'socket.disconnected', 'close'])
  t.is(log.all('error')[0][0].code, 'ERR_MINE')
})

test('what a parser receives is checked like everything else', async (t) => {
  for (const [message, expected] of [
    [null, 'ERR_IPC_INVALID_MESSAGE'],
    [5, 'ERR_IPC_INVALID_MESSAGE'],
    [{ type: 5 }, 'ERR_IPC_INVALID_EVENT']
  ]) {
    const parser = new Words()
    parser.message = () => message
    const { target, peer } = await served(t, await local(t), { parser })
    const failed = next(target, 'error')
    await peer.write('a|')
    t.is((await failed)[0].code, expected)
  }
})

test('the profile switches time and waiting bytes on', async (t) => {
  const parser = Object.assign(new Words(), { profile: 'guarded', messageTimeout: 50, maxPendingBytes: 10 })
  const { target, peer } = await served(t, await local(t), { parser })
  const failed = next(target, 'error')
  await peer.write('a:1|b')
  t.is((await failed)[0].code, 'ERR_IPC_MESSAGE_TIMEOUT')
  const other = await served(t, await local(t), { parser })
  const full = next(other.target, 'error')
  t.is(other.target.broadcast('a', 'x'.repeat(20)), false)
  t.is((await full)[0].code, 'ERR_IPC_BACKPRESSURE')
})

test('a parser that is extended: what it overrides counts', async (t) => {
  class Prefixed extends Parser {
    decode(frame) {
      const message = super.decode(frame)
      return { ...message, type: `x-${message.type}` }
    }
  }
  class Strict extends GuardedParser {
    validateType(type) {
      super.validateType(type)
      if (type !== 'only') throw new IPCProtocolError('ERR_MINE', 'no')
    }
  }
  const prefixed = await served(t, await local(t), { parser: Prefixed })
  const seen = next(prefixed.target, 'x-a')
  await prefixed.peer.send('a', 1)
  t.is((await seen)[0], 1)
  const strict = await served(t, await local(t), { parser: Strict, maxMessageSize: 50 })
  const log = new Recorder(strict.target, ['only', 'a', 'error', 'close'])
  t.throws(() => strict.target.broadcast('a'), { code: 'ERR_MINE' })
  await strict.peer.send('only', 1)
  await strict.peer.send('a', 1)
  await log.seen('close')
  t.deepEqual(log.types, ['only', 'error', 'close'])
  t.is(log.all('error')[0][0].code, 'ERR_MINE')
  const large = await served(t, await local(t), { parser: Strict, maxMessageSize: 50 })
  const refused = next(large.target, 'error')
  await large.peer.write('x'.repeat(51))
  t.is((await refused)[0].code, 'ERR_IPC_FRAME_TOO_LARGE')
})

test('js-message objects: what is no message is an error event, the connection stays', async (t) => {
  const { target, peer, socket } = await served(t, await local(t), { parser: MessageParser })
  const log = new Recorder(target, ['a', 'error', 'close'])
  await peer.write('bad\f')
  await peer.send('a', 1)
  await log.seen('a')
  t.deepEqual(log.types, ['error', 'a'])
  t.like(log.all('error')[0][0], { message: 'Invalid JSON response format', response: 'bad' })
  t.is(log.all('error')[0][1], socket)
})
