'use strict'

const test = require('ava')
const { Tally } = require('../../scripts/tally')

const AVA = `
  ✔ a › passes
  ✘ [fail]: a › NI-1: fails why it matters
  ✘ b.test.js exited due to SIGSEGV
  ─

  a › NI-1: fails

  a.test.js:3

  why it matters

  Difference (- actual, + expected):

  - 1
  + 2

  › a.test.js:3:32
  › node_modules/ava/lib/test.js:1:1

  ─

  1 test failed
`

test('what ava says failed is told again, with where and how', (t) => {
  const tally = new Tally()
  tally.addAva({ ok: false, output: AVA }, 'loop path')
  t.is(String(tally), '1 passed, 1 failed')
  const [assertion, crash] = tally.failures
  t.is(tally.failures.length, 2)
  t.true(assertion.startsWith('failed: loop path: a › NI-1: fails\n  a.test.js:3\n  why it matters\n'))
  t.true(assertion.includes('\n  - 1\n  + 2\n'))
  t.is(crash, 'failed: loop path: b.test.js exited due to SIGSEGV')
})

test('of cargo too', (t) => {
  const tally = new Tally()
  const told =
    '---- core::one stdout ----\nthread panicked at src/core/one.rs:7\n\nfailures:\n    core::one\n'
  tally.addCargo({
    ok: false,
    output: `test core::one ... FAILED\ntest core::two ... ok\n\n${told}\ntest result: FAILED. 1 passed; 1 failed; 0 ignored\n`
  })
  t.is(String(tally), '1 passed, 1 failed')
  t.deepEqual(tally.failures, ['failed: cargo: core::one\nthread panicked at src/core/one.rs:7'])
})

test('a runner that died without a word is named', (t) => {
  const tally = new Tally()
  tally.addAva({ ok: false, output: '  ✔ a › passes\n' }, 'worker path')
  t.is(String(tally), '1 passed, 1 failed')
  t.deepEqual(tally.failures, ['failed: worker path: ended without saying what failed'])
})

test('where nothing failed, nothing is told', (t) => {
  const tally = new Tally()
  tally.addAva({ ok: true, output: '  ✔ a › passes\n  ─\n\n  1 test passed\n' })
  t.is(String(tally), '1 passed, 0 failed')
  t.deepEqual(tally.failures, [])
})
