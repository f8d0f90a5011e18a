'use strict'

const fs = require('node:fs')
const path = require('node:path')
const test = require('ava')
const { eachTransport, local } = require('../common/places')
const { run } = require('../common/processes')
const { connect, instance } = require('./support')
const { Recorder } = require('../common/events')

const PROGRAM = path.join(__dirname, 'programs', 'cycles.js')
const CYCLES = 10000

eachTransport(test.serial, `CM-6: ${CYCLES} connections leave nothing behind`, async (t, address) => {
  const program = run(t, PROGRAM, { address, cycles: CYCLES, at: 50 })
  const [{ before, after, answered }] = await program.report('left', 60000)
  t.is(answered, CYCLES)
  t.deepEqual(after, before)
  t.is(after.sockets + after.clients, 0)
  await program.success()
  if (address.path) t.deepEqual(fs.readdirSync(path.dirname(address.path)), [])
})

test.serial('CM-6: hundreds of failed attempts leave no descriptor behind', async (t) => {
  const open = () => (process.platform === 'linux' ? fs.readdirSync('/proc/self/fd').length : 0)
  const log = new Recorder(connect(instance(t, { retry: 0, maxRetries: 400 }), await local(t)), [
    'error',
    'destroy'
  ])
  await log.seen('error', 100)
  const before = open()
  await log.seen('destroy')
  t.is(log.count('error'), 401)
  t.true(open() <= before)
})
