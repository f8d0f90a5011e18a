'use strict'

const path = require('node:path')
const test = require('ava')
const { RECEIVERS, frame, each } = require('./support')
const { Recorder } = require('../common/events')
const { local } = require('../common/places')
const { dial } = require('../common/raw')
const { run } = require('../common/processes')

const PROGRAM = path.join(__dirname, 'programs', 'throwing.js')

for (const event of ['message', 'message.m']) {
  each(
    test,
    RECEIVERS,
    `SI-26: a handler of '${event}' that throws ends its connection (rulings 3, 5)`,
    async (t, receiver) => {
      const { target, socket, id, peer } = await receiver(t, await local(t))
      const log = new Recorder(target, ['message', 'error']).follow(socket, ['close'], 'socket')
      const failure = new Error('of a handler')
      target.once(event, () => {
        throw failure
      })
      let destroyed
      target.on('error', () => (destroyed = socket.destroyed))
      await peer.write(frame('m', 1) + frame('m', 2))
      await log.seen('socket.close')
      t.deepEqual(log.types, ['message', 'error', 'socket.close'])
      t.deepEqual(log.all('error'), [[failure, id]])
      t.true(destroyed)
      await peer.close()
    }
  )
}

test('SI-26: the connections of others are not affected (ruling 3)', async (t) => {
  const address = await local(t)
  const { target, id, peer } = await RECEIVERS.server(t, address)
  const other = await dial(t, address)
  const log = new Recorder(target, ['message', 'error'])
  target.on('message', (message) => {
    if (message === 'fail') throw new Error('of a handler')
  })
  await peer.write(frame('m', 'fail'))
  await log.seen('error')
  await other.write(frame('m', 'fine'))
  await log.seen('message', 2)
  t.deepEqual(
    log.events.map(([type, ...args]) => [type, args.at(-1) === id]),
    [
      ['message', true],
      ['error', true],
      ['message', false]
    ]
  )
})

each(test, RECEIVERS, 'SI-26: whatever is thrown is what is emitted (rulings 3, 5)', async (t, receiver) => {
  for (const thrown of ['text', 0, null, undefined, Object.create(null)]) {
    const { target, socket, id, peer } = await receiver(t, await local(t))
    const log = new Recorder(target, ['error']).follow(socket, ['close'], 'socket')
    target.on('message', () => {
      throw thrown
    })
    await peer.write(frame('m', 1))
    await log.seen('socket.close')
    t.deepEqual(log.all('error'), [[thrown, id]])
  }
})

for (const role of ['server', 'client']) {
  test(`SI-26: without an error handler of the ${role} it is an uncaught exception, once (rulings 3, 5)`, async (t) => {
    const program = run(t, PROGRAM, { role, path: (await local(t)).path })
    const reports = await program.success()
    t.deepEqual(
      reports.filter(([type]) => type === 'uncaught'),
      [['uncaught', 'of a handler']]
    )
    t.deepEqual(
      reports.filter(([type]) => type === 'message'),
      [['message', 1]]
    )
  })
}

// What every dialect has in common is here as far as the contract of this one, which ends the connection, allows.
for (const role of ['server', 'client']) {
  test(`CM-7: a throwing handler of the ${role} reaches uncaughtException once, later messages are delivered`, async (t) => {
    const reports = await run(t, PROGRAM, { role, path: (await local(t)).path, again: true }).success()
    t.deepEqual(reports, [
      ['message', 1],
      ['uncaught', 'of a handler'],
      ['message', 3]
    ])
  })
}
