'use strict'

const test = require('ava')
const { engine } = require('./support')
const { deadline, interval } = require('../common/deadline')

const fired = () => {
  let tell
  const once = new Promise((resolve) => (tell = resolve))
  const retry = new engine.Retry(() => tell())
  return { retry, once: deadline(once, 'the timer') }
}

test('fires once after its delay, counts, and can be armed again', async (t) => {
  let count = 0
  let tell
  const retry = new engine.Retry(() => tell(++count))
  for (const attempts of [1, 2, 3]) {
    const begin = performance.now()
    const once = new Promise((resolve) => (tell = resolve))
    t.true(retry.arm({ delay: 20 }))
    t.true(retry.armed)
    await deadline(once, 'the timer')
    t.true(performance.now() - begin >= 19)
    t.false(retry.armed)
    t.is(retry.attempts, attempts)
  }
  retry.reset()
  t.is(retry.attempts, 0)
  t.is(count, 3)
})

test('the budget: nothing is armed beyond it', async (t) => {
  const { retry, once } = fired()
  t.true(retry.arm({ delay: 1, budget: 1 }))
  await once
  t.false(retry.arm({ delay: 1, budget: 1 }))
  t.false(retry.armed)
  retry.reset()
  t.true(retry.arm({ delay: 60_000, budget: 1 }))
  retry.cancel()
  t.false(fired().retry.arm({ delay: 1, budget: 0 }))
})

test('cancelled, or armed anew: the old delay does not fire', async (t) => {
  let count = 0
  let tell
  const retry = new engine.Retry(() => tell?.(++count))
  retry.arm({ delay: 10 })
  retry.cancel()
  retry.cancel()
  t.false(retry.armed)
  await interval(50)
  t.is(retry.attempts, 0)
  const once = new Promise((resolve) => (tell = resolve))
  retry.arm({ delay: 5 })
  retry.arm({ delay: 5 })
  retry.arm({ delay: 20 })
  await deadline(once, 'the timer')
  await interval(50)
  t.is(count, 1)
})

test('any number is a delay', async (t) => {
  for (const delay of [0, -1, NaN, '1', undefined, { min: 0, max: 2 }, { min: 2, max: 0 }]) {
    const { retry, once } = fired()
    t.true(retry.arm({ delay }))
    await once
  }
  for (const delay of [Infinity, 1e300, 2 ** 40]) {
    const { retry } = fired()
    t.true(retry.arm({ delay, factor: delay, maxDelay: delay }))
    retry.cancel()
  }
  const { retry, once } = fired()
  t.true(retry.arm({ delay: 1, factor: NaN, maxDelay: NaN, budget: NaN }) || true)
  retry.cancel()
  once.catch(() => {})
})

test('an exception of the handler is uncaught, the timer can be armed by the handler', async (t) => {
  let count = 0
  await deadline(
    new Promise((resolve) => {
      const retry = new engine.Retry(() => (++count === 3 ? resolve() : retry.arm({ delay: 1 })))
      retry.arm({ delay: 1 })
    }),
    'three timers'
  )
  t.is(count, 3)
})
