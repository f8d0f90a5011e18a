'use strict'

const fs = require('node:fs')
const path = require('node:path')
const test = require('ava')
const { command } = require('../common/leaving')
const { directory } = require('../common/places')
const { run } = require('../common/processes')
const { domainOf } = require('./support')

const program = (name) => path.join(__dirname, 'programs', name)

test.serial('client to client goes on while the JavaScript of the server is busy', async (t) => {
  const domain = domainOf(t)
  const count = 100000
  const server = run(t, program('closing.js'), { domain })
  await server.report('ready')
  const listener = run(t, program('listener.js'), { domain, count })
  await listener.report('ready')
  const gate = path.join(directory(t), 'gate')
  command(server, 'block', gate)
  await server.report('blocked')
  // Bursts, each acknowledged by the other one.
  const emitter = run(t, program('emitter.js'), { domain, to: 'listener', count, burst: 50 })
  const [result] = await listener.report('done')
  t.log(result)
  t.is(result.faults, 0)
  await emitter.success()
  t.is(server.count('unblocked'), 0)
  fs.writeFileSync(gate, '')
  await server.report('unblocked')
})
