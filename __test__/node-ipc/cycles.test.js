'use strict'

const fs = require('node:fs')
const path = require('node:path')
const test = require('ava')
const { eachTransport, local } = require('../common/places')
const { CYCLES, leavesNothing } = require('../common/cycles')
const { connect, instance } = require('./support')
const { Recorder } = require('../common/events')

const PROGRAM = path.join(__dirname, 'programs', 'cycles.js')

eachTransport(test.serial, `CM-6: ${CYCLES} connections leave nothing behind`, async (t, address) => {
  const after = await leavesNothing(t, PROGRAM, address, { address })
  t.is(after.sockets + after.clients, 0)
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
