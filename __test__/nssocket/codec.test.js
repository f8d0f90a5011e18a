'use strict'

const test = require('ava')
const { ENDS, eachEnd, pair, messages } = require('./support')
const { Recorder } = require('../common/events')
const { inPieces } = require('../common/raw')
const { eachTransport, local } = require('../common/places')

const ends = async (t, options) => ENDS.outbound(t, await local(t), options)

/** A codec that marks what went through it, so that both directions can be told apart. */
const marked = (log) => ({
  encode: (list) => {
    log.add('encode', list)
    return '~' + JSON.stringify(list)
  },
  decode: (text) => {
    log.add('decode', text)
    return JSON.parse(text.slice(1))
  }
})

eachEnd(test, eachTransport, 'NS-18: encode and decode are used for every message', async (t, end) => {
  const codec = new Recorder()
  const { socket, peer } = await end(marked(codec))
  const log = messages(socket)
  socket.send('a::b', { text: 'é' })
  t.deepEqual(await peer.frames(1, '\n'), ['~["a","b",{"text":"é"}]'])
  await peer.write('~["c",1]\n~["d",2]\n')
  await log.seen('d')
  t.deepEqual(log.events, [
    ['c', 1],
    ['d', 2]
  ])
  t.deepEqual(codec.events, [
    ['encode', ['a', 'b', { text: 'é' }]],
    ['decode', '~["c",1]'],
    ['decode', '~["d",2]']
  ])
})

eachEnd(test, eachTransport, 'NS-18: decode gets strings, cut anywhere', async (t, end) => {
  const { socket, peer } = await end({ decode: (text) => [typeof text, text] })
  const log = messages(socket)
  const pieces = Array.from(Buffer.from('é€😀\nplain\nlast\n'), (byte) => Buffer.of(byte))
  await inPieces({ peer, socket: socket.socket }, pieces)
  await log.seen('string', 3)
  t.deepEqual(
    log.all('string').map(([text]) => text),
    ['é€😀', 'plain', 'last']
  )
})

test('NS-18: bytes as binary strings, as the original wants them', async (t) => {
  const options = {
    encode: (list) =>
      Buffer.from(JSON.stringify(list))
        .map((byte) => byte ^ 0x80)
        .toString('latin1'),
    decode: (text) => JSON.parse(Buffer.from(text, 'latin1').map((byte) => byte ^ 0x80))
  }
  const { outbound, inbound } = await pair(t, await local(t), options)
  const log = messages(inbound)
  outbound.send('a::b', { text: 'é\n' })
  await log.seen('a b')
  t.deepEqual(log.events, [['a b', { text: 'é\n' }]])
})

test('NS-18: encode may give a Buffer, whose bytes are sent as they are (unlike the original)', async (t) => {
  const { socket, peer } = await ends(t, { encode: () => Buffer.of(0xff, 0x00, 0x80, 0xfe) })
  socket.send('a')
  t.deepEqual(await peer.bytes(5), Buffer.of(0xff, 0x00, 0x80, 0xfe, 0x0a))
  await new Promise((resolve) => socket.send('a', 1, resolve))
  socket.send('a')
  await peer.bytes(15)
  t.pass()
})

test('NS-18: with `binary` decode gets Buffers, exactly as sent (unlike the original)', async (t) => {
  const seen = []
  const { socket, peer } = await ends(t, {
    binary: true,
    decode: (bytes) => {
      seen.push(bytes)
      return ['n', bytes.length]
    }
  })
  const log = messages(socket)
  const frames = [Buffer.of(0xff, 0, 0x80), Buffer.of(13), Buffer.of(), Buffer.of(1, 13, 13)]
  await peer.write(Buffer.concat(frames.flatMap((frame) => [frame, Buffer.of(10)])))
  await log.seen('n', 4)
  t.deepEqual(seen, frames)
  t.true(seen.every(Buffer.isBuffer))
})

test('NS-18: a carriage return at the end of a message is kept for decode', async (t) => {
  const { socket, peer } = await ends(t, { decode: (text) => ['n', text] })
  const log = messages(socket)
  await peer.write('x\r\n\r\n')
  await log.seen('n', 2)
  t.deepEqual(log.events, [
    ['n', 'x\r'],
    ['n', '\r']
  ])
})

test('NS-18: what encode gives becomes a string', async (t) => {
  const { socket, peer } = await ends(t, { encode: (list) => list.length })
  socket.send('a::b')
  t.deepEqual(await peer.frames(1, '\n'), ['3'])
})

test('NS-14: decode that throws or gives no array (unlike the original: rulings 1, 2)', async (t) => {
  const values = {
    object: { a: 1 },
    string: 'abc',
    nothing: undefined,
    empty: [],
    good: ['good', 1],
    frozen: ['frozen', 2]
  }
  Object.freeze(values.frozen)
  const { socket, peer } = await ends(t, {
    decode: (text) => {
      if (text === 'throw') throw new RangeError('mine')
      return values[text]
    }
  })
  const log = messages(socket)
  socket.on('decodeError', (error, text) => log.add('decodeError', error.name, text))
  await peer.write('throw\nobject\nstring\nnothing\nempty\ngood\nfrozen\n')
  await log.seen('frozen')
  t.deepEqual(log.events, [
    ['decodeError', 'RangeError', 'throw'],
    ['decodeError', 'TypeError', 'object'],
    ['decodeError', 'TypeError', 'string'],
    ['decodeError', 'TypeError', 'nothing'],
    ['decodeError', 'TypeError', 'empty'],
    ['good', 1],
    ['frozen', 2]
  ])
  t.deepEqual(values.good, ['good', 1])
})

test('encode that throws throws from send', async (t) => {
  const encode = () => {
    throw new RangeError('mine')
  }
  const { socket } = await ends(t, { encode })
  t.throws(() => socket.send('a'), { message: 'mine' })
})
