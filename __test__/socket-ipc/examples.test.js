'use strict'

const fs = require('node:fs')
const path = require('node:path')
const test = require('ava')
const { directory } = require('../common/places')
const { run } = require('../common/processes')

const FOLDER = path.join(__dirname, '..', '..', 'examples', 'socket-ipc')
const PROGRAMS = fs.readdirSync(FOLDER).filter((name) => /\.[cm]?js$/.test(name))

for (const name of PROGRAMS) {
  test.serial(`examples: ${name} runs and ends by itself`, async (t) => {
    const folder = directory(t)
    const program = run(t, path.join(FOLDER, name), undefined, { cwd: folder, env: { TMPDIR: folder } })
    await program.success()
    t.not(program.output, '')
    t.deepEqual(fs.readdirSync(folder), [])
  })
}

test.serial('examples: the programs of the documentation are there', (t) => {
  t.deepEqual(PROGRAMS.sort(), ['burst.js', 'conversation.js', 'resilience.js', 'transcoder.js'])
})
