'use strict'

const path = require('node:path')
const test = require('ava')
const { run } = require('../common/processes')
const { domainOf } = require('./support')

// Milliseconds. On a machine that does nothing else 5 holds, which can be asked for; other tests share the processors.
const LIMIT = Number(process.env.NAPI_IPC_TEST_P99 ?? Infinity)

const program = (name) => path.join(__dirname, 'programs', name)

test.serial('client to client goes on while the JavaScript of the server is busy', async (t) => {
  const domain = domainOf(t)
  const count = 100000
  // Busy for 200 ms of every 250.
  const server = run(t, program('domain.js'), { domain, busy: { for: 200, every: 250 } })
  await server.report('ready')
  const listener = run(t, program('listener.js'), { domain, count })
  await listener.report('ready')
  const emitter = run(t, program('emitter.js'), { domain, to: 'listener', count, burst: 20, pause: 1 })
  const [result] = await listener.report('done', 110000)
  await emitter.success()
  t.is(result.faults, 0)
  t.log(result)
  // Through the JavaScript of the server half of them would take more than 80 ms.
  t.true(result.p50 < 40, `p50 ${result.p50} ms`)
  t.true(result.p99 < LIMIT, `p99 ${result.p99} ms`)
})
