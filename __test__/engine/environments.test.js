'use strict'

// Worker threads and module resets: each copy of the engine comes and goes by itself.

const path = require('node:path')
const test = require('ava')
const { PLACES } = require('./support')
const { directory } = require('../common/places')
const { run } = require('../common/processes')

const program = (t, name, options, settings) =>
  run(t, path.join(__dirname, 'programs', name), options, settings)

test.serial('100 worker threads terminated under traffic leave nothing behind', async (t) => {
  // Two threads each.
  const child = program(t, 'terminated.js', { folder: directory(t), rounds: 50 })
  const [{ before, after, files }] = await child.report('left')
  t.deepEqual(files, [])
  t.true(after <= before, `${before} descriptors before, ${after} after`)
  await child.success()
})

for (const open of [false, true]) {
  test.serial(
    `200 module resets, connections ${open ? 'left to the collector' : 'closed'}: nothing grows`,
    async (t) => {
      const child = program(
        t,
        'resets.js',
        { address: await PLACES.local(t), rounds: 200, open },
        { execArgv: ['--expose-gc'] }
      )
      const [{ before, after }] = await child.report('left')
      t.is(after.listeners, before.listeners)
      t.true(
        after.descriptors <= before.descriptors + 2,
        `${before.descriptors} descriptors before, ${after.descriptors} after`
      )
      t.deepEqual(after.handles, before.handles)
      t.true(after.heap - before.heap < 20 << 20, `the heap grew by ${after.heap - before.heap} bytes`)
      t.true(after.rss - before.rss < 80 << 20, `the process grew by ${after.rss - before.rss} bytes`)
      t.deepEqual(child.all('warning'), [])
      await child.success()
    }
  )
}
