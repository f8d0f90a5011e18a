'use strict'

const path = require('node:path')
const test = require('ava')
const { eachTransport } = require('../common/places')
const { dial, listen } = require('../common/raw')
const { run } = require('../common/processes')

const PROGRAM = path.join(__dirname, 'programs', 'end.js')

const message = (n, fail) => JSON.stringify(['m', { n, fail }]) + '\n'

/** Numbers of the messages handled, texts of what was uncaught, in order. */
const story = (program) =>
  program.events
    .filter(([type]) => type === 'data' || type === 'uncaught')
    .map((event) => (event[0] === 'data' ? event[2].n : event[1]))

/** The program as server or client, and a raw peer of it. */
async function against(t, role, address) {
  if (role === 'server') {
    const program = run(t, PROGRAM, { role, address })
    await program.report('ready')
    return { program, peer: await dial(t, address) }
  }
  const server = await listen(t, address)
  const program = run(t, PROGRAM, { role, address })
  await program.report('ready')
  return { program, peer: await server.accepted() }
}

for (const role of ['server', 'client']) {
  eachTransport(
    test.serial,
    `CM-7: no event behind a throwing handler is lost, ${role} (unlike the original)`,
    async (t, address) => {
      const { program, peer } = await against(t, role, address)
      await peer.write(
        message(1) + message(2, true) + message(3) + message(4, true) + message(5, true) + message(6)
      )
      await program.seen('data', 6)
      await program.seen('uncaught', 3)
      t.deepEqual(story(program), [1, 2, 'handler of 2', 3, 4, 'handler of 4', 5, 'handler of 5', 6])
    }
  )

  eachTransport(
    test.serial,
    `CM-7: nor is the close of the connection, ${role} (unlike the original)`,
    async (t, address) => {
      const { program, peer } = await against(t, role, address)
      const many = Array.from({ length: 300 }, (_, n) => message(n, true)).join('')
      peer.socket.end(many)
      await program.report('close')
      t.is(program.count('data'), 300)
      t.is(program.count('uncaught'), 300)
    }
  )
}
