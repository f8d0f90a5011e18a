'use strict'

const fs = require('node:fs')
const path = require('node:path')
const test = require('ava')
const { directory } = require('../common/places')
const { run } = require('../common/processes')

const FOLDER = path.join(__dirname, '..', '..', 'examples', 'nssocket')
const NAMES = [
  'burst.js',
  'conversation.js',
  'reconnect.js',
  'simple-protocol.js',
  'tls.js',
  'verbose-protocol.js'
]

for (const name of NAMES) {
  test.serial(`examples: ${name} runs and ends by itself`, async (t) => {
    const folder = directory(t)
    const program = run(t, path.join(FOLDER, name), undefined, { cwd: folder, env: { TMPDIR: folder } })
    await program.success()
    t.not(program.output, '')
    t.deepEqual(fs.readdirSync(folder), [])
  })
}

test('examples: each program is run', (t) => {
  const programs = fs.readdirSync(FOLDER).filter((name) => /\.[cm]?js$/.test(name))
  t.deepEqual(programs.sort(), NAMES)
})
