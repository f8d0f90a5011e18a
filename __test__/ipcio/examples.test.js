'use strict'

const fs = require('node:fs')
const path = require('node:path')
const test = require('ava')
const { directory } = require('../common/places')
const { run } = require('../common/processes')

const FOLDER = path.join(__dirname, '..', '..', 'examples', 'ipcio')
const EXPECTED = {
  'tutorial.js': 'client: other response with other response data',
  'queue.js': 'client: got rows of invoices',
  'delivery.js': 'nobody is there: ERR_IPC_DELIVERY_TIMEOUT',
  'discovery.js': 'linus has read "the domain is up"'
}

test('examples: all of them are run here', (t) => {
  const programs = fs.readdirSync(FOLDER).filter((name) => name.endsWith('.js'))
  t.deepEqual(programs.sort(), Object.keys(EXPECTED).sort())
})

for (const [name, expected] of Object.entries(EXPECTED)) {
  test(`examples: ${name} runs and ends by itself`, async (t) => {
    const program = run(t, path.join(FOLDER, name), undefined, { cwd: directory(t) })
    await program.success()
    t.true(program.output.includes(expected), program.output)
    t.deepEqual(
      fs.readdirSync('/tmp').filter((file) => file.startsWith(`IPC.io.example-${program.child.pid}`)),
      []
    )
  })
}
