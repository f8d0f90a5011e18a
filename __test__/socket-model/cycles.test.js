'use strict'

const fs = require('node:fs')
const path = require('node:path')
const test = require('ava')
const { directory, local, socketIn } = require('../common/places')
const { run } = require('../common/processes')

const CYCLES = 10000

test.serial(`CM-6: ${CYCLES} connections leave nothing behind (ruling 1)`, async (t) => {
  const address = await local(t)
  const program = run(t, path.join(__dirname, 'programs', 'cycles.js'), { address, cycles: CYCLES, at: 50 })
  const [{ before, after, answered }] = await program.report('left', 60000)
  t.is(answered, CYCLES)
  t.true(after.descriptors <= before.descriptors)
  t.deepEqual({ ...after, descriptors: 0 }, { ...before, descriptors: 0 })
  t.is(after.clients, 0)
  await program.success()
  t.deepEqual(fs.readdirSync(path.dirname(address.path)), [])
})

test.serial(
  'CM-10: two workers and the main thread serve, connect and close independently (ruling 1)',
  async (t) => {
    const folder = directory(t)
    const paths = ['main', 'one', 'two'].map((name) => socketIn(folder, name))
    const program = run(t, path.join(__dirname, 'programs', 'threads.js'), { paths })
    t.deepEqual(await program.success(), [
      ['answers', 1000, 1000, 1000],
      ['exit', 0],
      ['exit', 0]
    ])
    t.deepEqual(fs.readdirSync(folder), [])
  }
)
