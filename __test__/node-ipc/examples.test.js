'use strict'

const fs = require('node:fs')
const path = require('node:path')
const test = require('ava')
const { directory } = require('../common/places')
const { run } = require('../common/processes')

const FOLDER = path.join(__dirname, '..', '..', 'examples', 'node-ipc')

for (const name of fs.readdirSync(FOLDER).filter((name) => /\.[cm]?js$/.test(name))) {
  test.serial(`examples: ${name} runs and ends by itself`, async (t) => {
    const folder = directory(t)
    const program = run(t, path.join(FOLDER, name), undefined, { cwd: folder, env: { TMPDIR: folder } })
    await program.success()
    t.not(program.output, '')
    t.deepEqual(fs.readdirSync(folder), [])
  })
}

test.serial('examples: the programs of the documentation are there', (t) => {
  const programs = fs.readdirSync(FOLDER).filter((name) => /\.[cm]?js$/.test(name))
  t.deepEqual(programs.sort(), [
    'broadcast.js',
    'cluster.js',
    'instances.js',
    'local.js',
    'raw.js',
    'restart.js',
    'sync.js',
    'tcp.js',
    'tls-basic.js',
    'tls-more-secure.js',
    'tls-most-secure.js',
    'udp.js'
  ])
})
