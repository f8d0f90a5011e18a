'use strict'

const { dial, listen } = require('./raw')
const { run } = require('./processes')

/** A program that is told its `role`, and reports `ready`, and a raw peer of it. */
async function against(t, file, role, address) {
  if (role === 'server') {
    const program = run(t, file, { role, address })
    await program.report('ready')
    return { program, peer: await dial(t, address) }
  }
  const server = await listen(t, address)
  const program = run(t, file, { role, address })
  await program.report('ready')
  return { program, peer: await server.accepted() }
}

/**
 * CM-7 of whatever `against` gives. Of six messages the handlers of three throw; `message(n, fail)` are the bytes of one, `type` is what the
 * program reports of it, `story` puts numbers handled and texts of what was uncaught in order.
 */
async function losesNothing(t, { program, peer }, { message, type, story }) {
  await peer.write([1, 2, 3, 4, 5, 6].map((n) => message(n, [2, 4, 5].includes(n))).join(''))
  await program.seen(type, 6)
  await program.seen('uncaught', 3)
  t.deepEqual(story(program), [1, 2, 'handler of 2', 3, 4, 'handler of 4', 5, 'handler of 5', 6])
}

module.exports = { against, losesNothing }
