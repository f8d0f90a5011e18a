'use strict'

const path = require('node:path')
const test = require('ava')
const { against, losesNothing } = require('../common/against')
const { eachTransport } = require('../common/places')
const { frame } = require('../common/raw')

const PROGRAM = path.join(__dirname, 'programs', 'throwing.js')

const message = (n, fail) => frame('m', { n, fail })

/** What the program reported: numbers of the messages handled, texts of what was uncaught. */
const story = (program) =>
  program.events
    .filter(([type]) => type === 'm' || type === 'uncaught')
    .map(([type, value]) => (type === 'm' ? value.n : value))

for (const role of ['server', 'client']) {
  eachTransport(
    test.serial,
    `CM-7: a throwing handler is uncaught once, the next chunk is delivered, ${role}`,
    async (t, at) => {
      const { program, peer } = await against(t, PROGRAM, role, at)
      await peer.write(message(1, true))
      await program.seen('uncaught')
      await peer.write(message(2))
      await program.seen('m', 2)
      t.deepEqual(story(program), [1, 'handler of 1', 2])
    }
  )

  eachTransport(
    test.serial,
    `CM-7: no frame behind a throwing handler is lost, ${role}`,
    async (t, address) => {
      await losesNothing(t, await against(t, PROGRAM, role, address), { message, type: 'm', story })
    }
  )

  eachTransport(
    test.serial,
    `CM-7: nor the rest of a frame that began in the same chunk, ${role}`,
    async (t, address) => {
      const { program, peer } = await against(t, PROGRAM, role, address)
      const whole = message(3)
      await peer.write(message(1, true) + message(2) + whole.slice(0, 10))
      await program.seen('m', 2)
      await peer.write(whole.slice(10) + message(4))
      await program.seen('m', 4)
      t.deepEqual(story(program), [1, 'handler of 1', 2, 3, 4])
    }
  )

  eachTransport(
    test.serial,
    `CM-7: the end of the connection is seen behind throwing handlers, ${role}`,
    async (t, address) => {
      const { program, peer } = await against(t, PROGRAM, role, address)
      const many = Array.from({ length: 300 }, (_, n) => message(n, true)).join('')
      peer.socket.end(many)
      await program.report('gone')
      t.is(program.count('m'), 300)
      await program.success()
      t.is(program.count('uncaught'), 300)
    }
  )
}
