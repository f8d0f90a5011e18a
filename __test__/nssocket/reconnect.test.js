'use strict'

const path = require('node:path')
const test = require('ava')
const { at, socket, serve, connected, messages } = require('./support')
const { next, Recorder } = require('../common/events')
const { interval, patiently, state } = require('../common/deadline')
const { listen, settle } = require('../common/raw')
const { eachTransport, local, tcp } = require('../common/places')
const { run } = require('../common/processes')

const PROGRAM = path.join(__dirname, 'programs', 'end.js')
const QUICK = { reconnect: true, retryInterval: 2 }

/** Counts the attempts on `outbound`, whose socket is a new one each time. */
function attempts(outbound) {
  const times = []
  outbound.on('close', () => times.push(performance.now()))
  return times
}

eachTransport(
  test,
  'NS-25: attempts after i, 10 i, 100 i; N - 1 of them, then the error',
  async (t, address) => {
    const outbound = socket(t, { ...QUICK, maxRetries: 4 })
    const log = new Recorder(outbound, ['error', 'close'])
    const times = attempts(outbound)
    const done = (seen) => seen.all('error').some(([error]) => error.message.startsWith('Did not reconnect'))
    const begun = performance.now()
    outbound.connect(...at(address))
    const counted = await patiently(log.seen('close', 4))
    await log.until(done)
    t.deepEqual(log.types, ['error', 'close', 'error', 'close', 'error', 'close', 'error', 'close', 'error'])
    const [error] = log.all('error').at(-1)
    t.is(error.message, 'Did not reconnect after maximum retries: 4')
    const code = address.path ? 'ENOENT' : 'ECONNREFUSED'
    for (const [failure] of log.all('error').slice(0, -1)) t.is(failure.code, code)
    // From the beginning: what is told late makes a single delay look shorter than it was.
    for (const [attempt, delays] of [2, 22, 222].entries()) {
      // A timer may be a millisecond early by this clock, and late by what the machine is busy with.
      t.true(times[attempt + 1] - begun >= delays - 1.5 * (attempt + 1), `attempt ${attempt + 1}: ${times}`)
    }
    t.true(counted < 2000, `${counted} ms`)
    t.is(outbound.retry.retries, 4)
    t.is(outbound.retry.wait, 2000)
    await settle()
    t.is(log.events.length, 9)
  }
)

test('NS-25: a maximum of 1 is no attempt', async (t) => {
  const outbound = socket(t, { ...QUICK, maxRetries: 1 })
  const log = new Recorder(outbound, ['error', 'close'])
  outbound.connect((await local(t)).path)
  await log.seen('error', 2)
  t.deepEqual(log.types, ['error', 'close', 'error'])
  t.is(log.all('error')[1][0].message, 'Did not reconnect after maximum retries: 1')
})

test('NS-25: backoff changes the factor and limits the delay (unlike the original: ruling 14)', async (t) => {
  const options = { ...QUICK, retryInterval: 4, maxRetries: 6, backoff: { factor: 2, max: 10 } }
  const outbound = socket(t, options)
  const waits = []
  outbound.on('error', () => waits.push(outbound.retry.wait))
  const log = new Recorder(outbound, ['error'])
  outbound.connect((await local(t)).path)
  await log.seen('error', 7)
  t.deepEqual(waits, [4, 4, 8, 10, 10, 10, 10])
})

test('NS-25: a delay beyond the range of a timer is not a short one (unlike the original: ruling 14)', async (t) => {
  const outbound = socket(t, { reconnect: true, retryInterval: 1e12 })
  const log = new Recorder(outbound, ['error', 'close'])
  outbound.connect((await local(t)).path)
  await log.seen('close')
  await interval(50)
  t.is(log.count('close'), 1)
  t.is(outbound.retry.wait, 2 ** 31 - 1)
})

eachTransport(test, 'NS-26: after the server is back: start, and no retries counted', async (t, address) => {
  const first = await listen(t, address)
  const outbound = await connected(t, address, QUICK)
  const log = messages(outbound)
  for (const type of ['start', 'close']) outbound.on(type, () => log.add(type, outbound.retry.retries))
  outbound.on('error', (error) => log.add('error', error.code))
  const peer = await first.accepted()
  await peer.write('["n",1]\n')
  await log.seen('n')
  const before = outbound.socket
  first.server.close()
  peer.socket.destroy()
  await log.seen('close', 3)
  await listening(t, address)
  await log.seen('start')
  t.deepEqual(log.all('start'), [[0]])
  t.is(outbound.retry.retries, 0)
  t.is(outbound.retry.waiting, false)
  t.true(outbound.connected)
  t.not(outbound.socket, before)
  await log.seen('n', 2)
  t.deepEqual(log.all('n'), [[1], [2]])

  async function listening() {
    const second = await listen(t, address)
    second.accepted().then((again) => again.write('["n",2]\n'))
  }
})

eachTransport(test, 'NS-28: handlers stay, and hear what comes after a reconnect', async (t, address) => {
  const server = await listen(t, address)
  const outbound = await connected(t, address, QUICK)
  outbound.on('error', () => {})
  const log = messages(outbound)
  outbound.data('n', (data) => log.add('exact', data))
  outbound.data('*', (data) => log.add('one segment', data))
  outbound.dataOnce('n', (data) => log.add('once', data))
  outbound.onAny((data) => outbound.event[0] === 'data' && log.add('any', data))
  for (const round of [1, 2, 3]) {
    const peer = await server.accepted(round)
    await peer.write(`["n",${round}]\n`)
    await log.seen('n', round)
    peer.socket.destroy()
  }
  for (const name of ['exact', 'one segment', 'any', 'n']) t.deepEqual(log.all(name), [[1], [2], [3]], name)
  t.deepEqual(log.all('once'), [[1]])
})

eachTransport(test, 'NS-26: each connection starts the count anew', async (t, address) => {
  const server = await listen(t, address)
  const outbound = await connected(t, address, { ...QUICK, maxRetries: 2 })
  const log = new Recorder(outbound, ['start', 'close', 'error'])
  for (let round = 1; round <= 5; round++) {
    ;(await server.accepted(round)).socket.destroy()
    await log.seen('start', round)
  }
  t.is(log.count('error'), 0)
  t.is(log.count('close'), 5)
})

eachTransport(test, 'NS-20: the callback of connect is not called again', async (t, address) => {
  const server = await listen(t, address)
  const outbound = socket(t, QUICK)
  const log = new Recorder(outbound, ['start', 'close'])
  outbound.connect(...at(address), () => log.add('callback'))
  ;(await server.accepted(1)).socket.destroy()
  ;(await server.accepted(2)).socket.destroy()
  await log.seen('start', 3)
  t.is(log.count('callback'), 1)
})

eachTransport(
  test,
  'NS-27: nobody listens for errors: no exception, and it connects (unlike the original: ruling 9)',
  async (t, address) => {
    const outbound = socket(t, QUICK)
    const log = new Recorder(outbound, ['close', 'start'])
    outbound.connect(...at(address))
    await log.seen('close', 3)
    await listen(t, address)
    await log.seen('start')
    t.deepEqual(log.all('close')[0], [true, undefined])
  }
)

test('NS-27: nor when it gives up (unlike the original: ruling 9)', async (t) => {
  const outbound = socket(t, { ...QUICK, maxRetries: 2 })
  const log = new Recorder(outbound, ['close'])
  outbound.connect((await local(t)).path)
  await log.seen('close', 2)
  await state(() => outbound.retry.retries === 2, 'the last of the retries')
  await settle()
  t.is(log.count('close'), 2)
})

test('NS-27: one attempt for one failure (unlike the original: ruling 9)', async (t) => {
  const address = await local(t)
  const outbound = socket(t, { ...QUICK, retryInterval: 5 })
  const log = new Recorder(outbound, ['close', 'start'])
  outbound.connect(address.path)
  await log.seen('close')
  const server = await listen(t, address)
  await log.seen('start')
  await interval(50)
  await settle()
  t.is(server.peers.length, 1)
})

for (const method of ['end', 'destroy']) {
  test(`NS-24: ${method} while waiting for a retry is the end (unlike the original: ruling 11)`, async (t) => {
    const address = await tcp()
    const outbound = socket(t, { ...QUICK, retryInterval: 20 })
    const log = new Recorder(outbound, ['close', 'start'])
    outbound.connect(...at(address))
    await log.seen('close')
    outbound[method]()
    const server = await listen(t, address)
    await interval(60)
    await settle()
    t.is(server.peers.length, 0)
    t.is(log.events.length, 1)
  })

  test(`NS-24: ${method} while connected is the end (unlike the original: ruling 11)`, async (t) => {
    const address = await local(t)
    const server = await listen(t, address)
    const outbound = await connected(t, address, QUICK)
    const peer = await server.accepted()
    outbound[method]()
    await peer.close()
    await interval(30)
    await settle()
    t.is(server.peers.length, 1)
  })

  test(`NS-24: ${method} in the close handler is the end (unlike the original: ruling 11)`, async (t) => {
    const address = await local(t)
    const server = await listen(t, address)
    const outbound = await connected(t, address, QUICK)
    const closed = next(outbound, 'close')
    outbound.on('close', () => outbound[method]())
    ;(await server.accepted()).socket.destroy()
    await closed
    await interval(30)
    await settle()
    t.is(server.peers.length, 1)
  })
}

test('reconnect() schedules one attempt, also without the option', async (t) => {
  const address = await local(t)
  const server = await listen(t, address)
  const outbound = await connected(t, address, { retryInterval: 5 })
  const closed = next(outbound, 'close')
  ;(await server.accepted()).socket.destroy()
  await closed
  const started = next(outbound, 'start')
  t.is(outbound.reconnect(), undefined)
  await started
  ;(await server.accepted(2)).socket.destroy()
  await next(outbound, 'close')
  await interval(30)
  t.is(server.peers.length, 2)
})

test('reconnect() of a socket that is connected replaces the connection', async (t) => {
  const address = await local(t)
  const server = await listen(t, address)
  const outbound = await connected(t, address, { retryInterval: 5 })
  const log = messages(outbound)
  outbound.on('start', () => log.add('start'))
  outbound.reconnect()
  await log.seen('start')
  await (await server.accepted(2)).write('["a",1]\n')
  await log.seen('a')
  t.true(outbound.connected)
})

test('what is set with setIdle holds for the connection after a reconnect (unlike the original)', async (t) => {
  const address = await local(t)
  const server = await listen(t, address)
  const outbound = await connected(t, address, QUICK)
  const log = new Recorder(outbound, ['idle', 'start'])
  outbound.setIdle(30)
  await log.seen('idle')
  ;(await server.accepted()).socket.destroy()
  await log.seen('start')
  const before = log.count('idle')
  await log.seen('idle', before + 2)
  t.pass()
})

eachTransport(test.serial, 'NS-26: a server process that is killed and comes back', async (t, address) => {
  const server = run(t, PROGRAM, { role: 'server', address })
  await server.report('ready')
  const outbound = socket(t, { ...QUICK, backoff: { factor: 1 }, retryInterval: 20, maxRetries: 10000 })
  outbound.on('error', () => {})
  const log = messages(outbound)
  for (const type of ['start', 'close']) outbound.on(type, () => log.add(type))
  outbound.connect(...at(address))
  await server.report('accepted')
  outbound.send('before', 1)
  await server.report('data')
  await server.kill()
  await log.seen('close')
  if (address.path) require('node:fs').rmSync(address.path)
  const again = run(t, PROGRAM, { role: 'server', address })
  await log.seen('start', 2)
  outbound.send('after', 2)
  t.deepEqual(await again.report('data'), [['after'], 2])
  await again.tell('send', 'hello', 3)
  await log.seen('hello')
})

test('a process that waits for a retry stays, one that has ended it goes (unlike the original)', async (t) => {
  const address = await local(t)
  const program = run(t, PROGRAM, {
    role: 'client',
    address,
    settings: { reconnect: true, retryInterval: 50 }
  })
  await program.report('close')
  const { accepted } = await serve(t, address)
  await accepted()
  await program.report('start')
  await program.tell('end')
  t.true((await program.success()).some(([type]) => type === 'beforeExit'))
})
