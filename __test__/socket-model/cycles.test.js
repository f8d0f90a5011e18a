'use strict'

const path = require('node:path')
const test = require('ava')
const { local } = require('../common/places')
const { CYCLES, leavesNothing } = require('../common/cycles')
const { independent } = require('../common/threads')

test.serial(`CM-6: ${CYCLES} connections leave nothing behind (ruling 1)`, async (t) => {
  const address = await local(t)
  const after = await leavesNothing(t, path.join(__dirname, 'programs', 'cycles.js'), address, { address })
  t.is(after.clients, 0)
})

test.serial(
  'CM-10: two workers and the main thread serve, connect and close independently (ruling 1)',
  async (t) => {
    await independent(t, path.join(__dirname, 'programs', 'threads.js'))
  }
)
