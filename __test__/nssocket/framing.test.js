'use strict'

const test = require('ava')
const { eachEnd, messages } = require('./support')
const { Recorder } = require('../common/events')
const { inPieces } = require('../common/raw')
const { eachTransport } = require('../common/places')

const TEXT = 'é€😀\\n"' + 'x'.repeat(20)
const FRAME = Buffer.from(JSON.stringify(['tÿpe', 'b', { text: TEXT }]) + '\n')

eachEnd(test, eachTransport, 'NS-12: two frames in one chunk are two events', async (t, end) => {
  const { socket, peer } = await end()
  const log = messages(socket)
  await peer.write('["a",1]\n["b",2]\n')
  await log.seen('b')
  t.deepEqual(log.events, [
    ['a', 1],
    ['b', 2]
  ])
})

eachEnd(
  test,
  eachTransport,
  'NS-12: a frame in two chunks is one event, wherever it is cut',
  async (t, end) => {
    const { socket, peer } = await end()
    const log = messages(socket)
    for (let cut = 1; cut < FRAME.length; cut++) {
      await inPieces({ peer, socket: socket.socket }, [FRAME.subarray(0, cut), FRAME.subarray(cut)])
    }
    await log.seen('tÿpe b', FRAME.length - 1)
    for (const [name, data] of log.events) {
      t.is(name, 'tÿpe b')
      t.deepEqual(data, { text: TEXT })
    }
  }
)

eachEnd(test, eachTransport, 'NS-12: a frame byte by byte is one event', async (t, end) => {
  const { socket, peer } = await end()
  const log = messages(socket)
  await inPieces(
    { peer, socket: socket.socket },
    Array.from(FRAME, (byte) => Buffer.of(byte))
  )
  await log.seen('tÿpe b')
  t.deepEqual(log.events, [['tÿpe b', { text: TEXT }]])
})

eachEnd(test, eachTransport, 'NS-13: frames that end with CR LF', async (t, end) => {
  const { socket, peer } = await end()
  const log = messages(socket)
  await inPieces({ peer, socket: socket.socket }, [
    Buffer.from('["a",1]\r\n["b",2]\r'),
    Buffer.from('\n["c",3]\n')
  ])
  await log.seen('c')
  t.deepEqual(log.events, [
    ['a', 1],
    ['b', 2],
    ['c', 3]
  ])
})

// Each line, and what the handler of decodeError gets as the line.
const BAD = [
  'not json',
  '',
  '{"a":1}',
  '5',
  '"text"',
  'null',
  'true',
  '[]',
  '["a",1',
  '["a",1]]',
  '["a",1],["b",2]',
  '1,2',
  '"a',
  '\ufeff["a",1]',
  '["a",undefined]'
]

eachEnd(
  test,
  eachTransport,
  'NS-14: bad lines reach only decodeError (unlike the original: rulings 1, 2)',
  async (t, end) => {
    const { socket, peer } = await end()
    const log = messages(socket)
    socket.on('decodeError', (error, line) => log.add('decodeError', error instanceof Error, line))
    socket.on('close', () => log.add('close'))
    // All in one chunk with good ones between, and then each alone.
    await peer.write(BAD.map((line) => `${line}\n["ok",1]\n`).join(''))
    await log.seen('ok', BAD.length)
    const expected = BAD.flatMap((line) => [
      ['decodeError', true, line],
      ['ok', 1]
    ])
    t.deepEqual(log.events, expected)
    for (const line of BAD) await inPieces({ peer, socket: socket.socket }, [Buffer.from(line + '\n')])
    await peer.write('["end",1]\n')
    await log.seen('end')
    t.deepEqual(
      log.all('decodeError').map(([, line]) => line),
      [...BAD, ...BAD]
    )
    t.is(log.count('close'), 0)
  }
)

eachEnd(
  test,
  eachTransport,
  'NS-14: without a handler bad lines are ignored (unlike the original: rulings 1, 2)',
  async (t, end) => {
    const { socket, peer } = await end()
    const log = messages(socket)
    await peer.write(BAD.join('\n') + '\n["end",1]\n')
    await log.seen('end')
    t.deepEqual(log.events, [['end', 1]])
    t.true(socket.connected)
  }
)

eachEnd(
  test,
  eachTransport,
  'NS-16: an unterminated last frame is delivered, before close',
  async (t, end) => {
    const { socket, peer } = await end()
    const log = messages(socket)
    socket.on('close', (...args) => log.add('close', ...args))
    await peer.write('["a",1]\n["last",{"é":"€"}]')
    peer.socket.end()
    await log.seen('close')
    t.deepEqual(log.events, [['a', 1], ['last', { é: '€' }], ['close']])
  }
)

eachEnd(
  test,
  eachTransport,
  'NS-16: an unterminated frame cut in a character is still whole',
  async (t, end) => {
    const { socket, peer } = await end()
    const log = messages(socket)
    socket.on('close', () => log.add('close'))
    const bytes = Buffer.from('["last","€"]')
    await inPieces({ peer, socket: socket.socket }, [bytes.subarray(0, 10), bytes.subarray(10)])
    peer.socket.end()
    await log.seen('close')
    t.deepEqual(log.events, [['last', '€'], ['close']])
  }
)

eachEnd(
  test,
  eachTransport,
  'CM-8: a message of 20 MiB in many chunks takes its time once',
  async (t, end) => {
    const { socket, peer } = await end()
    const log = messages(socket)
    const text = 'é'.repeat(10 << 20)
    const bytes = Buffer.from(JSON.stringify(['big', text]) + '\n["after",1]\n')
    for (let from = 0; from < bytes.length; from += 1 << 20)
      await peer.write(bytes.subarray(from, from + (1 << 20)))
    await log.seen('after')
    t.true(log.all('big')[0][0] === text)
  }
)

eachEnd(test, eachTransport, 'a handler may destroy the socket in the middle of a chunk', async (t, end) => {
  const { socket, peer } = await end()
  const log = messages(socket)
  socket.data('stop', () => socket.destroy())
  await peer.write('["a",1]\n["stop",1]\n["b",2]\n')
  await peer.close()
  t.deepEqual(log.types, ['a', 'stop'])
})

eachEnd(
  test,
  eachTransport,
  'handlers added and removed in the middle of a chunk count from the next',
  async (t, end) => {
    const { socket, peer } = await end()
    const log = new Recorder()
    const late = (n) => log.add('late', n)
    socket.data('n', (n) => {
      log.add('n', n)
      if (n === 1) socket.data('n', late)
      if (n === 3) socket.undata('n', late)
    })
    await peer.write('["n",1]\n["n",2]\n["n",3]\n["n",4]\n')
    await log.seen('n', 4)
    t.deepEqual(log.events, [
      ['n', 1],
      ['n', 2],
      ['late', 2],
      ['n', 3],
      ['late', 3],
      ['n', 4]
    ])
  }
)
