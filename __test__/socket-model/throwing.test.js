'use strict'

const path = require('node:path')
const test = require('ava')
const { wrapped } = require('./support')
const { against, losesNothing } = require('../common/against')
const { local } = require('../common/places')
const { dial } = require('../common/raw')
const { run } = require('../common/processes')

const PROGRAM = path.join(__dirname, 'programs', 'throwing.js')

const message = (n, fail) => wrapped({ n, fail })

/** What the program reported: numbers of the messages handled, texts of what was uncaught. */
const story = (program) => program.events.filter(([type]) => type !== 'ready').map(([, value]) => value)

for (const role of ['server', 'client']) {
  test.serial(
    `CM-7: a throwing handler is uncaught once, the next chunk is delivered, ${role}`,
    async (t) => {
      const { program, peer } = await against(t, PROGRAM, role, await local(t))
      await peer.write(message(1, true))
      await program.seen('uncaught')
      await peer.write(message(2))
      await program.seen('m', 2)
      t.deepEqual(story(program), [1, 'handler of 1', 2])
    }
  )

  test.serial(`CM-7: no message behind a throwing handler is lost, ${role}`, async (t) => {
    await losesNothing(t, await against(t, PROGRAM, role, await local(t)), { message, type: 'm', story })
  })

  test.serial(`CM-7: nor the rest of a line that began in the same chunk, ${role}`, async (t) => {
    const { program, peer } = await against(t, PROGRAM, role, await local(t))
    const whole = message(3)
    await peer.write(message(1, true) + message(2) + whole.slice(0, 10))
    await program.seen('m', 2)
    await peer.write(whole.slice(10) + message(4))
    await program.seen('m', 4)
    t.deepEqual(story(program), [1, 'handler of 1', 2, 3, 4])
  })
}

test.serial('CM-7: all of many throwing handlers are told, and the end is seen', async (t) => {
  const { program, peer } = await against(t, PROGRAM, 'server', await local(t))
  const numbers = Array.from({ length: 300 }, (_, n) => n)
  peer.socket.end(numbers.map((n) => message(n, true)).join(''))
  await program.seen('uncaught', 300)
  await program.seen('close')
  t.deepEqual(
    program.all('m').map(([n]) => n),
    numbers
  )
  t.deepEqual(program.all('close'), [[0]])
})

test.serial('CM-7: a throwing client handler does not keep the client out', async (t) => {
  const address = await local(t)
  const program = run(t, PROGRAM, { role: 'server', address, failOnClient: true })
  await program.report('ready')
  const peer = await dial(t, address)
  await peer.write(message(1))
  await program.seen('m')
  t.deepEqual(program.all('uncaught'), [['client handler']])
})
