'use strict'

const fs = require('node:fs')
const path = require('node:path')
const test = require('ava')
const { directory } = require('../common/places')
const { run } = require('../common/processes')

const FOLDER = path.join(__dirname, '..', '..', 'examples', 'node-ipc-v14')

// What each must have said, besides ending by itself.
const WORDS = {
  'assured.mjs': [
    'ERR_IPC_ASSURED_TRANSPORT',
    'has opened the vault',
    'vault: ERR_IPC_EVENT_NOT_ALLOWED',
    'cut off'
  ],
  'custom.mjs': ['HELLO THERE', 'AS IF BY NETCAT'],
  'fast.mjs': ['it is 12 in UTC'],
  'guarded.mjs': [
    'too large: ERR_IPC_FRAME_TOO_LARGE',
    'no end: ERR_IPC_MESSAGE_TIMEOUT',
    'no JSON: ERR_IPC_INVALID_JSON',
    'no message: ERR_IPC_INVALID_MESSAGE',
    'still greeted'
  ],
  'raw.mjs': ['<Buffer ff 00']
}

for (const [name, words] of Object.entries(WORDS)) {
  test.serial(`examples: ${name} runs and ends by itself`, async (t) => {
    const folder = directory(t)
    const program = run(t, path.join(FOLDER, name), undefined, { cwd: folder, env: { TMPDIR: folder } })
    await program.success()
    for (const word of words) t.true(program.output.includes(word), program.output)
    t.deepEqual(fs.readdirSync(folder), [])
  })
}

test.serial('examples: every one is under test', (t) => {
  const programs = fs.readdirSync(FOLDER).filter((name) => /\.[cm]?js$/.test(name))
  t.deepEqual(programs.sort(), Object.keys(WORDS))
})
