'use strict'

const path = require('node:path')
const test = require('ava')
const { against, losesNothing } = require('../common/against')
const { eachTransport } = require('../common/places')

const PROGRAM = path.join(__dirname, 'programs', 'end.js')

const message = (n, fail) => JSON.stringify(['m', { n, fail }]) + '\n'

/** Numbers of the messages handled, texts of what was uncaught, in order. */
const story = (program) =>
  program.events
    .filter(([type]) => type === 'data' || type === 'uncaught')
    .map((event) => (event[0] === 'data' ? event[2].n : event[1]))

for (const role of ['server', 'client']) {
  eachTransport(
    test.serial,
    `CM-7: no event behind a throwing handler is lost, ${role} (unlike the original)`,
    async (t, address) => {
      await losesNothing(t, await against(t, PROGRAM, role, address), { message, type: 'data', story })
    }
  )

  eachTransport(
    test.serial,
    `CM-7: nor is the close of the connection, ${role} (unlike the original)`,
    async (t, address) => {
      const { program, peer } = await against(t, PROGRAM, role, address)
      const many = Array.from({ length: 300 }, (_, n) => message(n, true)).join('')
      peer.socket.end(many)
      await program.report('close')
      t.is(program.count('data'), 300)
      t.is(program.count('uncaught'), 300)
    }
  )
}
