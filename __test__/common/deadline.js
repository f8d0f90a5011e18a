'use strict'

// Tests wait for events. Time appears only as the moment from which waiting longer means that the event is not coming. Much longer than
// anything takes: it costs nothing where all is well, and a machine may be busy with others.
const LIMIT = 120000
/** How much slower than others this machine is: an emulated one (npm run platforms). */
const PATIENCE = Number(process.env.NAPI_IPC_TEST_PATIENCE ?? 1)

/** The same for a name that does not resolve: a resolver nobody answers takes its time. */
const RESOLVER = 240000

/** `promise`, or a failure that says what did not happen. */
function deadline(promise, what, limit = LIMIT) {
  let timer
  const late = new Promise((resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`not within ${limit} ms: ${what}`)), limit * PATIENCE)
  })
  const first = Promise.race([promise, late]).finally(() => clearTimeout(timer))
  // A test that failed before it came to wait for this is told of the first failure, not of this one.
  first.catch(() => {})
  return first
}

/** Looks at a state that no event announces, once per turn of the event loop, until it is as wanted. */
async function state(wanted, what, limit = LIMIT) {
  const end = Date.now() + limit * PATIENCE
  while (!wanted()) {
    if (Date.now() > end) throw new Error(`not within ${limit} ms: ${what}`)
    await new Promise((resolve) => setImmediate(resolve))
  }
}

/** Lets `milliseconds` pass: only for checks that are about an interval. */
const interval = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds))

/**
 * How long `promise` takes at most, ms, as timers of 10 ms see it that run one behind the other: where the machine is busy, or this
 * process stands still, they stand still as well. For checks that something is not too late.
 */
async function patiently(promise) {
  let over = false
  const end = promise.finally(() => (over = true))
  end.catch(() => {})
  let milliseconds = 0
  for (; !over; milliseconds += 10) await interval(10)
  await end
  return milliseconds
}

module.exports = { RESOLVER, deadline, state, interval, patiently }
