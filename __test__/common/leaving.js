'use strict'

const fs = require('node:fs')
const path = require('node:path')
const { directory } = require('./places')

/** Tells a program what it will not confirm, since it ends by it or blocks. */
const command = (program, ...words) => program.child.stdin.write(JSON.stringify(words) + '\n')

/**
 * What the program sends before it blocks arrives while it does; `arrival` resolves when that has happened. The program blocks until
 * it has: what leaves only afterwards does not arrive at all.
 */
async function arrivesWhileBlocked(t, program, words, arrival) {
  const gate = path.join(directory(t), 'gate')
  command(program, ...words, gate)
  await arrival
  t.is(program.count('unblocked'), 0)
  fs.writeFileSync(gate, '')
  await program.report('unblocked')
}

module.exports = { arrivesWhileBlocked, command }
