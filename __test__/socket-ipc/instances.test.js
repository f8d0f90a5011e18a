'use strict'

const path = require('node:path')
const test = require('ava')
const { pair } = require('./support')
const { Recorder } = require('../common/events')
const { local } = require('../common/places')
const { CYCLES, leavesNothing } = require('../common/cycles')
const { independent } = require('../common/threads')

const THREADS = path.join(__dirname, 'programs', 'threads.js')
const PROGRAM = path.join(__dirname, 'programs', 'cycles.js')

/** Messages that end with `end`. */
const ending = (end, socketEncoding) => ({
  socketEncoding,
  createEncoder:
    () =>
    ({ topic, message }, callback) =>
      callback(null, `${topic}=${message}${end}`),
  createDecoder() {
    let rest = ''
    return (chunk, callback) => {
      const texts = (rest + chunk).split(end)
      rest = texts.pop()
      callback(
        null,
        texts.map((text) => {
          const [topic, message] = text.split('=')
          return { topic, message }
        })
      )
    }
  }
})

test('CM-9: pairs with transcoders of their own do not influence each other', async (t) => {
  const pairs = await Promise.all(
    [undefined, ending('\n', 'utf8'), ending('\0\0', 'latin1'), ending('\f', 'utf8')].map(
      async (transcoder) => pair(t, await local(t), transcoder && { transcoder })
    )
  )
  const logs = pairs.map(({ server, client, id }) => {
    const log = new Recorder(server, ['message', 'error']).follow(client, ['message', 'error'])
    client.send('up', 'a')
    server.send('down', 'b', id)
    return log
  })
  for (const log of logs) {
    await log.seen('message', 2)
    t.deepEqual(log.events.map(([type, message, topic]) => [type, topic, message]).sort(), [
      ['message', 'down', 'b'],
      ['message', 'up', 'a']
    ])
  }
})

test.serial('CM-10: two workers and the main thread serve, connect and close independently', async (t) => {
  await independent(t, THREADS)
})

test.serial(`CM-6: ${CYCLES} connections leave nothing behind`, async (t) => {
  const address = await local(t)
  const after = await leavesNothing(t, PROGRAM, address, address)
  t.is(after.clients, 0)
})
