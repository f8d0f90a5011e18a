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
  /** ms of CPU for 200 messages, one every 2 ms or so, to which nothing comes back. */
  async function talk(NAPI_IPC_BUSY_POLL) {
    const address = { path: path.join(directory(t), 's') }
    const env = { NAPI_IPC_BUSY_POLL }
    const server = run(t, CONVERSATION, { address, serve: true }, { env })
    await server.report('ready')
    const client = run(t, CONVERSATION, { address, unanswered: 200 }, { env })
    const [{ sent, busy }] = await client.report('done')
    t.is(sent, 200)
    await client.success()
    return busy
  }
  // Each message waiting in vain would be 200 ms more of it. What it takes otherwise depends on the machine, and is not the same each time.
  const more = []
  do more.push((await talk('1000')) - (await talk('0')))
  while (more.at(-1) >= 100 && more.length < 5)
  t.true(more.at(-1) < 100, `${more.join(', ')} ms of CPU more than without`)
})
