'use strict'

// Waiting for answers without sleeping: nothing changes but the time it takes.

const path = require('node:path')
const test = require('ava')
const front = require('../..')
const { run } = require('../common/processes')
const { directory } = require('../common/places')

const CONVERSATION = path.join(__dirname, 'programs', 'conversation.js')

test('what busyPoll refuses', (t) => {
  for (const value of [-1, 0.5, 1001, NaN, Infinity])
    t.throws(() => front.busyPoll(value), { code: 'ERR_OUT_OF_RANGE', instanceOf: RangeError })
  for (const value of ['50', null, undefined, 5n])
    t.throws(() => front.busyPoll(value), { code: 'ERR_INVALID_ARG_TYPE', instanceOf: TypeError })
  t.notThrows(() => front.busyPoll(50))
  t.notThrows(() => front.busyPoll(0))
})

test('a conversation that waits for its answers, with timers beside it', async (t) => {
  const address = { path: path.join(directory(t), 's') }
  const env = { NAPI_IPC_BUSY_POLL: '200' }
  const server = run(t, CONVERSATION, { address, serve: true }, { env })
  await server.report('ready')
  const client = run(t, CONVERSATION, { address, rounds: 2000 }, { env })
  const [{ answers, ticks }] = await client.report('done')
  t.is(answers, 2000)
  t.true(ticks > 0)
  await client.success()
  await server.success()
})

test('nobody waits for one who does not answer', async (t) => {
  const address = { path: path.join(directory(t), 's') }
  const env = { NAPI_IPC_BUSY_POLL: '1000' }
  const server = run(t, CONVERSATION, { address, serve: true }, { env })
  await server.report('ready')
  // Sends 200 messages, one every 2 ms or so, and gets nothing back.
  const client = run(t, CONVERSATION, { address, unanswered: 200 }, { env })
  const [{ sent, busy }] = await client.report('done')
  t.is(sent, 200)
  // Each message waiting in vain would be 200 ms of it.
  t.true(busy < 100, `${busy} ms of CPU`)
  await client.success()
})
