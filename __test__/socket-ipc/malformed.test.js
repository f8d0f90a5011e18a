'use strict'

const path = require('node:path')
const test = require('ava')
const { root, RECEIVERS, frame, each } = require('./support')
const { Recorder } = require('../common/events')
const { local } = require('../common/places')
const { dial, inPieces } = require('../common/raw')
const { run } = require('../common/processes')

const PROGRAM = path.join(__dirname, 'programs', 'receiver.js')

/** Writes `text` after and before good messages, in one chunk; gives what came of it. */
async function receive(t, receiver, text) {
  const { target, socket, id, peer } = await receiver(t, await local(t))
  const log = new Recorder(target, ['message', 'error', 'disconnect']).follow(
    socket,
    ['error', 'close'],
    'socket'
  )
  await peer.write(frame('m', 1) + frame('m', 2) + text + '\0\0' + frame('m', 3))
  await log.seen('socket.close')
  await peer.close()
  return { log, id }
}

const MALFORMED = {
  'SI-9: a frame that is no JSON': '{"topic":"m",',
  'SI-9: two values in a frame': '{}{}',
  'SI-9: a frame that would be JSON among others': '1,2',
  'SI-9: an open string': '"x',
  'SI-9: a byte-order mark': '\ufeff{}',
  'SI-9: a NUL inside': '{"topic":\0"m"}',
  'SI-10: the frame null': 'null',
  'SI-10: an empty frame': '',
  'SI-10: a blank frame': ' '
}

for (const [title, text] of Object.entries(MALFORMED)) {
  const rulings = title.startsWith('SI-9') ? '(rulings 1, 2, 5)' : '(rulings 1, 2, 4)'
  each(
    test,
    RECEIVERS,
    `${title} ends the connection after the messages before it ${rulings}`,
    async (t, receiver, name) => {
      const { log, id } = await receive(t, receiver, text)
      const end = name === 'client' ? ['disconnect', 'socket.close'] : ['socket.close']
      t.deepEqual(log.types, ['message', 'message', 'error', 'socket.error', ...end])
      const [[error, from]] = log.all('error')
      t.true(error instanceof root.DecodeError)
      t.is(error.constructor.name, 'DecodeError')
      t.is(error.code, 'ERR_DECODE')
      t.true(error.message.startsWith('Failed to decode, caused by: '))
      t.is(error.rawData, text)
      t.is(error.clientId, id)
      t.is(from, id)
      t.is(log.all('socket.error')[0][0], error)
    }
  )
}

each(test, RECEIVERS, 'SI-9: split over chunks it is the same (rulings 1, 2)', async (t, receiver) => {
  const { target, socket, peer } = await receiver(t, await local(t))
  const log = new Recorder(target, ['message', 'error']).follow(socket, ['close'], 'socket')
  await inPieces({ peer, socket }, [frame('m', 1) + '{"to', 'pic":'])
  await log.seen('message')
  await peer.write('}\0\0' + frame('m', 2))
  await log.seen('socket.close')
  t.deepEqual(log.types, ['message', 'error', 'socket.close'])
  t.is(log.all('error')[0][0].rawData, '{"topic":}')
})

test('SI-9: a server goes on with its other clients (rulings 1, 3)', async (t) => {
  const address = await local(t)
  const { target, peer } = await RECEIVERS.server(t, address)
  const other = await dial(t, address)
  const log = new Recorder(target, ['message', 'error'])
  await peer.write('x\0\0')
  await peer.close()
  await other.write(frame('m', 'still there'))
  await log.seen('message')
  t.deepEqual(log.types, ['error', 'message'])
  t.is(target._sockets.size, 1)
})

for (const role of ['server', 'client']) {
  test(`SI-9: a ${role} without an error handler stays alive (rulings 1, 3)`, async (t) => {
    const program = run(t, PROGRAM, {
      role,
      path: (await local(t)).path,
      texts: ['x\0\0', 'null\0\0', '\0\0']
    })
    const reports = await program.success()
    t.deepEqual(
      reports.filter(([type]) => type !== 'ready'),
      [['closed'], ['closed'], ['closed'], ['end']]
    )
  })
}

each(
  test,
  RECEIVERS,
  'SI-11: JSON that is no object is a message without topic and message',
  async (t, receiver) => {
    const { target, socket, id, peer } = await receiver(t, await local(t))
    const log = new Recorder(target, ['message', 'message.undefined', 'error'])
    const texts = ['5', '[]', '"text"', 'true', '[1,2]', '0', 'false', '""']
    await peer.write(texts.map((text) => `${text}\0\0`).join(''))
    await log.seen('message.undefined', texts.length)
    t.deepEqual(
      log.events,
      texts.flatMap(() => [
        ['message', undefined, undefined, id],
        ['message.undefined', undefined, id]
      ])
    )
    t.false(socket.destroyed)
  }
)

each(test, RECEIVERS, 'a NUL too many after a frame is skipped (ruling 15)', async (t, receiver) => {
  const { target, socket, peer } = await receiver(t, await local(t))
  const log = new Recorder(target, ['message', 'error'])
  await peer.write(frame('m', 1) + '\0' + frame('m', 2) + '\0' + frame('m', 3))
  await log.seen('message', 3)
  await inPieces({ peer, socket }, ['\0', frame('m', 4)])
  await log.seen('message', 4)
  t.deepEqual(
    log.all('message').map(([message]) => message),
    [1, 2, 3, 4]
  )
  t.is(log.count('error'), 0)
  t.false(socket.destroyed)
})

for (const text of ['\0{"topic":', '\0x', '\0null', '\0[]', '\0 {}']) {
  each(
    test,
    RECEIVERS,
    `a NUL before ${JSON.stringify(text.slice(1))} is not (rulings 1, 15)`,
    async (t, receiver) => {
      const { log } = await receive(t, receiver, text)
      t.deepEqual(log.types.slice(0, 3), ['message', 'message', 'error'])
      t.is(log.all('error')[0][0].rawData, text)
    }
  )
}
