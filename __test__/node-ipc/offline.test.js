'use strict'

const path = require('node:path')
const test = require('ava')
const { instance, start, connect, pair } = require('./support')
const { next, Recorder } = require('../common/events')
const { eachTransport } = require('../common/places')
const { listen, settle } = require('../common/raw')
const { run } = require('../common/processes')

const SERVER = path.join(__dirname, 'programs', 'server.js')
const CLIENT = path.join(__dirname, 'programs', 'client.js')

eachTransport(
  test,
  'NI-32: emit before the connection is up is delivered after it, in order',
  async (t, address) => {
    const server = await start(instance(t), address)
    const log = new Recorder(server, ['connect', 'm'])
    const client = connect(instance(t), address)
    for (let n = 0; n < 100; n++) client.emit('m', n)
    client.on('connect', () => client.emit('m', 'connected'))
    await log.seen('m', 101)
    t.is(log.types[0], 'connect')
    t.deepEqual(
      log.all('m').map(([data]) => data),
      [...Array.from({ length: 100 }, (_, n) => n), 'connected']
    )
  }
)

eachTransport(test, 'NI-32: what was emitted for an attempt that fails is lost', async (t, address) => {
  const client = connect(instance(t), address)
  client.emit('m', 'lost')
  await next(client, 'disconnect')
  const server = await listen(t, address)
  await next(client, 'connect')
  client.emit('m', 'kept')
  t.deepEqual(await (await server.accepted()).frames(1), ['{"type":"m","data":"kept"}'])
})

eachTransport(test, 'NI-33: emit of a client whose socket is destroyed is silent', async (t, address) => {
  await start(instance(t), address)
  const ipc = instance(t, { stopRetrying: true })
  const client = connect(ipc, address)
  await next(client, 'connect')
  const log = new Recorder(client, ['connect', 'error', 'disconnect', 'destroy', 'm'])
  client.socket.destroy()
  t.notThrows(() => client.emit('m', 'in the same turn'))
  await log.seen('destroy')
  for (let n = 0; n < 3; n++) t.is(client.emit('m', n), undefined)
  await settle()
  t.deepEqual(log.types, ['disconnect', 'destroy'])
})

eachTransport(test, 'NI-33: emit of a server to a destroyed socket is silent', async (t, address) => {
  const { server, socket } = await pair(t, address)
  const log = new Recorder(server, ['error', 'socket.disconnected', 'close', 'm'])
  socket.destroy()
  t.notThrows(() => server.emit(socket, 'm', 'in the same turn'))
  t.notThrows(() => server.broadcast('m', 'in the same turn'))
  await log.seen('close')
  for (let n = 0; n < 3; n++) t.is(server.emit(socket, 'm', n), undefined)
  await settle()
  t.deepEqual(log.types, ['socket.disconnected', 'close'])
})

/** Calls `emit` once a turn until `over()`. */
async function keepEmitting(emit, over) {
  while (!over()) {
    for (let n = 0; n < 10; n++) emit()
    await new Promise((resolve) => setImmediate(resolve))
  }
  for (let n = 0; n < 10; n++) emit()
}

eachTransport(test, 'NI-60: a server that emits while its client is killed', async (t, address) => {
  const server = await start(instance(t), address)
  const log = new Recorder(server, ['error', 'socket.disconnected', 'close'])
  const accepted = next(server, 'connect')
  const program = run(t, CLIENT, { address })
  const [socket] = await accepted
  await program.report('connect')
  const emitting = keepEmitting(
    () => server.emit(socket, 'm', 'x'.repeat(100)),
    () => log.count('close') > 0
  )
  await program.kill()
  await emitting
  await settle()
  const ending = log.types.filter((type) => type !== 'error')
  t.deepEqual(ending, ['socket.disconnected', 'close'])
  t.true(log.count('error') <= 1)
  t.deepEqual(log.types.slice(-2), ending)
  if (log.count('error')) t.true(['EPIPE', 'ECONNRESET'].includes(log.all('error')[0][0].code))
  t.is(log.all('close')[0][0], log.count('error') === 1)
})

eachTransport(test, 'NI-60: a client that emits while its server is killed', async (t, address) => {
  const program = run(t, SERVER, { address })
  await program.report('start')
  const client = connect(instance(t, { stopRetrying: true }), address)
  const log = new Recorder(client, ['error', 'disconnect', 'destroy'])
  await next(client, 'connect')
  await program.report('connect')
  const emitting = keepEmitting(
    () => client.emit('m', 'x'.repeat(100)),
    () => log.count('destroy') > 0
  )
  await program.kill()
  await emitting
  await settle()
  t.deepEqual(
    log.types.filter((type) => type !== 'error'),
    ['disconnect', 'destroy']
  )
  t.true(log.count('error') <= 1)
  t.deepEqual(log.types.slice(-2), ['disconnect', 'destroy'])
  if (log.count('error')) t.true(['EPIPE', 'ECONNRESET'].includes(log.all('error')[0][0].code))
})
