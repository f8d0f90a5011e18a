'use strict'

const fs = require('node:fs')
const path = require('node:path')
const test = require('ava')
const { state } = require('../common/deadline')
const { directory } = require('../common/places')
const { run } = require('../common/processes')

const FOLDER = path.join(__dirname, '..', '..', 'examples', 'socket-model')
const example = (t, folder, name) =>
  run(t, path.join(FOLDER, name), undefined, { cwd: folder, env: { TMPDIR: folder } })

for (const name of ['simple-protocol.js', 'verbose-protocol.js']) {
  test.serial(`examples: ${name} runs and ends by itself`, async (t) => {
    const folder = directory(t)
    const program = example(t, folder, name)
    await program.success()
    t.regex(program.output, /server: .*[^]*client: /)
    t.notRegex(program.output, /dropped/)
    t.deepEqual(fs.readdirSync(folder), [])
  })
}

test.serial('examples: burst.js runs and ends by itself', async (t) => {
  const folder = directory(t)
  const program = example(t, folder, 'burst.js')
  await program.success()
  t.regex(program.output, /^100000 messages, about \d+ in a millisecond\n$/)
  t.deepEqual(fs.readdirSync(folder), [])
})

test.serial('examples: clients meet start-server.js, also those that were there before it', async (t) => {
  const folder = directory(t)
  const early = example(t, folder, 'start-client.js')
  await state(() => early.output.includes('start the client socket'), 'the first client to run')
  const server = example(t, folder, 'start-server.js')
  await state(() => server.output.includes('socket listening to'), 'the server to listen')
  const late = example(t, folder, 'start-client.js')
  for (const client of [early, late]) {
    await client.success()
    t.regex(client.output, /<<< server message: welcome, you are client \d+\n/)
    t.is(client.output.match(/>>> sent/g).length, 4)
    t.regex(client.output, /<<< server message: \{ clientTime: '.*', count: 4 \}/)
  }
  await state(() => server.output.split('the last message').length === 3, 'both farewells')
  server.child.kill('SIGTERM')
  await server.success()
  t.deepEqual(fs.readdirSync(folder), [])
})

test('examples: the programs of the documentation are there', (t) => {
  const programs = fs.readdirSync(FOLDER).filter((name) => name.endsWith('.js'))
  t.deepEqual(programs.sort(), [
    'burst.js',
    'simple-protocol.js',
    'start-client.js',
    'start-server.js',
    'verbose-protocol.js'
  ])
})
