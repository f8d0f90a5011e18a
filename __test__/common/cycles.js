'use strict'

const fs = require('node:fs')
const path = require('node:path')
const { run } = require('./processes')

/** Connections made and ended one after the other (50 at a time), CM-6. */
const CYCLES = 10000

/**
 * CM-6: the program makes and ends connections at `address`, and is left with what it had before. It reports `left`, with `before`, `after` and
 * how many were `answered`; gives `after`.
 */
async function leavesNothing(t, file, address, options) {
  const program = run(t, file, { ...options, cycles: CYCLES, at: 50 })
  const [{ before, after, answered }] = await program.report('left')
  t.is(answered, CYCLES)
  t.true(after.descriptors <= before.descriptors)
  t.deepEqual({ ...after, descriptors: 0 }, { ...before, descriptors: 0 })
  await program.success()
  if (address.path && process.platform !== 'win32')
    t.deepEqual(fs.readdirSync(path.dirname(address.path)), [])
  return after
}

module.exports = { CYCLES, leavesNothing }
