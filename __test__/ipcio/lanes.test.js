'use strict'

// The lanes of bench/ipcio in short: that they run, and that what they check holds.

const path = require('node:path')
const test = require('ava')
const { run } = require('../common/processes')

test.serial(
  'clients come and go while all of them talk: nothing is lost, doubled or out of order',
  async (t) => {
    const churn = path.join(__dirname, '..', '..', 'bench', 'ipcio', 'churn.js')
    // The program takes its numbers as arguments of its own: 12 clients, 20,000 messages, one leaves every 50 ms or so.
    const program = run(t, path.join(__dirname, 'programs', 'lane.js'), [churn, '12', '20000', '50'])
    await program.success()
    t.true(program.output.includes('nothing lost, doubled or out of order'), program.output)
  }
)
