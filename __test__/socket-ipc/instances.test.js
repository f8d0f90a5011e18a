'use strict'

const path = require('node:path')
const fs = require('node:fs')
const test = require('ava')
const { pair } = require('./support')
const { Recorder } = require('../common/events')
const { directory, local, socketIn } = require('../common/places')
const { run } = require('../common/processes')

const THREADS = path.join(__dirname, 'programs', 'threads.js')
const CYCLES = path.join(__dirname, 'programs', 'cycles.js')

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
  const folder = directory(t)
  const paths = ['main', 'one', 'two'].map((name) => socketIn(folder, name))
  const program = run(t, THREADS, { paths })
  t.deepEqual(await program.success(), [
    ['answers', 1000, 1000, 1000],
    ['exit', 0],
    ['exit', 0]
  ])
  t.deepEqual(fs.readdirSync(folder), [])
})

const NUMBER = 10000

test.serial(`CM-6: ${NUMBER} connections leave nothing behind`, async (t) => {
  const address = await local(t)
  const program = run(t, CYCLES, { ...address, cycles: NUMBER, at: 50 })
  const [{ before, after, answered }] = await program.report('left', 60000)
  t.is(answered, NUMBER)
  t.true(after.descriptors <= before.descriptors)
  t.deepEqual({ ...after, descriptors: 0 }, { ...before, descriptors: 0 })
  t.is(after.clients, 0)
  await program.success()
  t.deepEqual(fs.readdirSync(path.dirname(address.path)), [])
})
