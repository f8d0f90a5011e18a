'use strict'

const path = require('node:path')
const test = require('ava')
const { instance, start, connect, connected } = require('./support')
const { Recorder, next } = require('../common/events')
const { local, eachTransport } = require('../common/places')
const { listen } = require('../common/raw')
const { run } = require('../common/processes')
const { interval } = require('../common/deadline')

const CLIENT = path.join(__dirname, 'programs', 'client.js')
const SERVER = path.join(__dirname, 'programs', 'server.js')
// A timer counts from the turn of the event loop in which it was armed, which is a little before the event is seen.
const SLACK = 20

const LIFE = ['connect', 'error', 'disconnect', 'destroy']

const times = (number, ...types) => Array.from({ length: number }, () => types).flat()

eachTransport(
  test,
  'NI-23: maxRetries=2 without a server: three attempts, retry ms apart',
  async (t, address) => {
    const retry = 150
    const begin = performance.now()
    const client = connect(instance(t, { maxRetries: 2, retry }), address)
    const log = new Recorder(client, LIFE)
    const moments = []
    client.on('disconnect', () => moments.push(performance.now()))
    client.on('error', () => moments.push(performance.now()))
    t.is(client.retriesRemaining, 2)
    await log.seen('destroy')
    t.deepEqual(log.types, [...times(3, 'error', 'disconnect'), 'destroy'])
    // From the beginning: what is told late makes a single pause look shorter than it was.
    for (const [number, moment] of moments.filter((_, at) => at % 2 === 0).entries()) {
      const pauses = moment - begin
      t.true(pauses >= number * (retry - SLACK), `${pauses} ms to attempt ${number + 1}`)
    }
    t.is(client.retriesRemaining, 0)
  }
)

eachTransport(test, 'NI-23: the delay does not grow', async (t, address) => {
  const retry = 50
  const begin = performance.now()
  const client = connect(instance(t, { maxRetries: 6, retry }), address)
  const log = new Recorder(client, LIFE)
  const moments = []
  client.on('error', () => moments.push(performance.now()))
  await log.seen('destroy')
  t.is(moments.length, 7)
  t.true(moments[6] - begin >= 6 * (retry - SLACK), `${moments[6] - begin} ms`)
  // A busy machine makes every pause longer; a single one that is shorter than it would have been shows that none grew.
  const pauses = moments.slice(1).map((moment, at) => moment - moments[at])
  t.true(
    pauses.some((pause, at) => at > 1 && pause < retry * 2 ** at - SLACK),
    `pauses of ${pauses.join(', ')} ms`
  )
})

eachTransport(test, 'NI-23: the errors have the shape of Node', async (t, address) => {
  const client = connect(instance(t, { maxRetries: 0 }), address)
  const [error] = await next(client, 'error')
  t.true(error instanceof Error)
  t.is(error.syscall, 'connect')
  t.is(typeof error.errno, 'number')
  if (address.path) {
    t.like(error, { code: 'ENOENT', message: `connect ENOENT ${address.path}`, address: address.path })
  } else {
    const { host, port } = address
    t.like(error, {
      code: 'ECONNREFUSED',
      message: `connect ECONNREFUSED ${host}:${port}`,
      address: host,
      port
    })
  }
})

eachTransport(test, 'NI-23: retry is read at each close, the path at each attempt', async (t, address) => {
  const ipc = instance(t, { maxRetries: 2, retry: 60000 })
  const client = connect(ipc, address)
  client.on('error', () => (ipc.config.retry = 1))
  const log = new Recorder(client, LIFE)
  await log.seen('destroy')
  t.is(log.count('error'), 3)
})

for (const maxRetries of [0, false]) {
  eachTransport(
    test,
    `NI-24: maxRetries=${maxRetries}: error, disconnect, destroy, then nothing`,
    async (t, address) => {
      const reports = await run(t, CLIENT, { address, config: { maxRetries } }).success()
      t.deepEqual(
        reports.map(([type]) => type),
        ['error', 'disconnect', 'destroy', 'beforeExit']
      )
    }
  )
}

eachTransport(
  test,
  'NI-25: a server that is killed and restarted: disconnect, then connect',
  async (t, address) => {
    const first = run(t, SERVER, { address })
    await first.report('start')
    const ipc = instance(t, { maxRetries: 100000 })
    const client = connect(ipc, address)
    const log = new Recorder(client, [...LIFE, 'echo'])
    client.on('connect', () => client.emit('echo', log.count('connect')))
    await log.seen('echo')
    await first.kill()
    await log.seen('error', 2)
    t.true(client.retriesRemaining < 100000)
    await run(t, SERVER, { address }).report('start')
    await log.seen('echo', 2)
    t.is(client.retriesRemaining, 100000)
    t.deepEqual(log.all('echo'), [[1], [log.count('connect')]])
    // While it dies the server may break the connection first and its listener last: then an attempt connects in vain.
    const attempt = '((connect )?error|connect) disconnect '
    const wanted = new RegExp(`^connect echo (error )?disconnect (${attempt})+connect echo$`)
    t.regex(log.types.join(' '), wanted)
  }
)

eachTransport(
  test,
  'NI-25: each peer that accepts and closes at once resets the budget',
  async (t, address) => {
    const server = await listen(t, address)
    server.server.on('connection', (socket) => socket.destroy())
    const ipc = instance(t, { maxRetries: 2, retry: 5 })
    const log = new Recorder(connect(ipc, address), LIFE)
    await log.seen('disconnect', 6)
    t.is(log.count('destroy'), 0)
    t.deepEqual(log.types.slice(0, 12), times(6, 'connect', 'disconnect'))
  }
)

eachTransport(
  test,
  'NI-25: a user who destroys the socket of a client makes it reconnect',
  async (t, address) => {
    const server = await start(instance(t), address)
    const ipc = instance(t)
    const client = await connected(ipc, address)
    const log = new Recorder(client, LIFE)
    const before = client.socket
    before.destroy()
    await log.seen('connect')
    t.deepEqual(log.types, ['disconnect', 'connect'])
    t.not(client.socket, before)
    const message = next(server, 'm')
    client.emit('m', 'again')
    t.is((await message)[0], 'again')
  }
)

eachTransport(
  test,
  'NI-26: stopRetrying=true before the close: disconnect, destroy, no new attempt',
  async (t, address) => {
    const server = await listen(t, address)
    const program = run(t, CLIENT, { address })
    const peer = await server.accepted()
    await program.report('connect')
    await program.tell('set', 'stopRetrying', true)
    peer.socket.destroy()
    const reports = await program.success()
    t.deepEqual(
      reports.map(([type]) => type),
      ['connect', 'disconnect', 'destroy', 'beforeExit']
    )
    t.is(server.peers.length, 1)
  }
)

test('NI-26: stopRetrying=true while the timer runs: at most one attempt more', async (t) => {
  const ipc = instance(t, { retry: 30 })
  const log = new Recorder(connect(ipc, await local(t)), LIFE)
  await log.seen('disconnect', 3)
  ipc.config.stopRetrying = true
  await log.seen('destroy')
  t.deepEqual(log.types.slice(-2), ['disconnect', 'destroy'])
  t.true(log.count('error') <= 4)
})

for (const limit of [0, 2]) {
  test(`NI-26: stopRetrying=${limit} is the number of retries after a disconnect`, async (t) => {
    const log = new Recorder(connect(instance(t, { stopRetrying: limit, retry: 5 }), await local(t)), LIFE)
    await log.seen('destroy')
    t.deepEqual(log.types, [...times(limit + 1, 'error', 'disconnect'), 'destroy'])
    await interval(50)
    t.is(log.types.at(-1), 'destroy')
  })
}
