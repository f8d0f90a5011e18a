'use strict'

// A stream that stays the user's; only its bytes are framed natively.

const net = require('node:net')
const { Duplex } = require('node:stream')
const test = require('ava')
const { engine, protocol, receiver, PLACES } = require('./support')
const { next } = require('../common/events')
const { listen, settle } = require('../common/raw')

async function foreign(t, description, side) {
  const address = await PLACES.local(t)
  const server = await listen(t, address)
  const stream = net.connect(address)
  t.teardown(() => stream.destroy())
  await next(stream, 'connect')
  return { stream, peer: await server.accepted(), own: new engine.Foreign(stream, description, side) }
}

test('frames, malformed ones, the end and the closing', async (t) => {
  const log = receiver()
  const { peer, own, stream } = await foreign(t, protocol(), log)
  own.send('"hello"')
  t.is((await peer.frames(1))[0], '"hello"')
  peer.socket.end('{"a":"é"}\f1,2\f\f3\f')
  await log.seen('closed')
  t.deepEqual(log.types, ['message', 'malformed', 'malformed', 'message', 'ended', 'closed'])
  t.deepEqual(log.all('message'), [[{ a: 'é' }], [3]])
  t.deepEqual(
    log.all('malformed').map(([, text]) => text),
    ['1,2', '']
  )
  t.true(stream.destroyed)
})

test('the delimiter may be bytes, of any array', async (t) => {
  for (const delimiter of [Buffer.from('--'), new Uint8Array([10]), Buffer.from([0xff, 0xfe])]) {
    const log = receiver()
    const { peer, own } = await foreign(t, protocol({ framing: { mode: 'delimiter', delimiter } }), log)
    own.send('"é"')
    const wanted = Buffer.concat([Buffer.from('"é"'), delimiter])
    t.deepEqual(await peer.bytes(wanted.length), wanted)
    await peer.write(wanted)
    await log.seen('message')
    t.deepEqual(log.all('message'), [['é']])
  }
})

test('destroyed or detached by a handler: no further frame of the chunk', async (t) => {
  const first = receiver({ message: () => one.stream.destroy() })
  const one = await foreign(t, protocol(), first)
  await one.peer.write('1\f2\f3\f')
  await first.seen('closed')
  t.is(first.count('message'), 1)
  const second = receiver({ message: () => two.own.detach() })
  const two = await foreign(t, protocol(), second)
  await two.peer.write('1\f2\f3\f')
  await second.seen('message')
  await two.peer.write('4\f')
  await settle()
  t.is(second.count('message'), 1)
  t.false(two.stream.destroyed)
})

test('a frame over the cap destroys the stream with a typed error', async (t) => {
  const log = receiver()
  const { peer } = await foreign(t, protocol({ maxFrameBytes: 10 }), log)
  await peer.write('1\f')
  await log.seen('message')
  await peer.write('12345678901\f')
  await log.seen('closed')
  t.is(log.all('failed')[0][0].code, 'ERR_IPC_FRAME_TOO_LARGE')
  t.deepEqual(log.all('closed'), [[true]])
})

test('any Duplex, with an encoding of its own', async (t) => {
  const log = receiver()
  const stream = new Duplex({ read() {}, write: (chunk, encoding, done) => done() })
  stream.setEncoding('utf8')
  new engine.Foreign(stream, protocol(), log)
  for (const byte of Buffer.from('"€"\f')) stream.push(Buffer.of(byte))
  stream.push(null)
  await log.seen('ended')
  t.deepEqual(log.all('message'), [['€']])
})
