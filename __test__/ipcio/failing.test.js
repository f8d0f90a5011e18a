'use strict'

const path = require('node:path')
const test = require('ava')
const { domainOf } = require('./support')
const { run } = require('../common/processes')

test('handlers that fail surface where they are, answer nothing and lose no message', async (t) => {
  const program = run(t, path.join(__dirname, 'programs', 'throwing.js'), { domain: domainOf(t) })
  const reports = (await program.success()).map((report) => report.join(' ')).sort()
  t.deepEqual(reports, [
    'no answer ERR_IPC_DELIVERY_TIMEOUT',
    'no answer ERR_IPC_DELIVERY_TIMEOUT',
    'uncaught thrown 1',
    'uncaught thrown 3',
    'unhandled rejected 2',
    'works 4',
    'works 5'
  ])
})

test('a worker thread with a domain may be terminated at any moment', async (t) => {
  const program = run(t, path.join(__dirname, 'programs', 'threads.js'), { domain: domainOf(t), rounds: 5 })
  await program.success()
  t.deepEqual(program.all('left'), [[[]]])
})
