'use strict'

const fs = require('node:fs')
const path = require('node:path')
const test = require('ava')
const { directory } = require('../common/places')
const { run } = require('../common/processes')
const { independent } = require('../common/threads')

const THREADS = path.join(__dirname, 'programs', 'threads.js')
const TERMINATED = path.join(__dirname, 'programs', 'terminated.js')

test.serial('CM-10: two workers and the main thread serve, connect and close independently', async (t) => {
  await independent(t, THREADS)
})

test.serial('CM-10: terminating a hundred workers under traffic leaves nothing behind', async (t) => {
  const folder = directory(t)
  const program = run(t, TERMINATED, { folder, rounds: 50 })
  const [{ before, after, files }] = await program.report('left')
  t.true(after <= before, `${before} descriptors before, ${after} after`)
  t.deepEqual(files, ['main'])
  await program.success()
  t.deepEqual(fs.readdirSync(folder), [])
})
