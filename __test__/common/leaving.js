'use strict'

/** How long programs block that are told to, ms. */
const BLOCKED = 2000

/** Tells a program what it will not confirm, since it ends by it or blocks. */
const command = (program, ...words) => program.child.stdin.write(JSON.stringify(words) + '\n')

/** What the program sends before it blocks arrives while it does; `arrival` resolves when that has happened. */
async function arrivesWhileBlocked(t, program, words, arrival) {
  command(program, ...words, BLOCKED)
  await arrival
  const arrived = Date.now()
  const [unblocked] = await program.report('unblocked')
  t.true(unblocked - arrived > BLOCKED / 2, `${unblocked - arrived} ms before the end of the block`)
}

module.exports = { arrivesWhileBlocked, command }
