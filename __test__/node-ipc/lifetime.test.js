'use strict'

const path = require('node:path')
const test = require('ava')
const { instance, start, connect } = require('./support')
const { next, Recorder } = require('../common/events')
const { local, eachTransport } = require('../common/places')
const { dial, listen } = require('../common/raw')
const { arrivesWhileBlocked, command } = require('../common/leaving')
const { run } = require('../common/processes')
const { interval } = require('../common/deadline')

const CLIENT = path.join(__dirname, 'programs', 'client.js')
const SERVER = path.join(__dirname, 'programs', 'server.js')

const ended = (reports) => reports.some(([type]) => type === 'beforeExit')

eachTransport(test.serial, 'CM-5: a process whose client is disconnected ends', async (t, address) => {
  await listen(t, address)
  const program = run(t, CLIENT, { address })
  await program.report('connect')
  await program.tell('disconnect')
  t.true(ended(await program.success()))
})

eachTransport(test.serial, 'CM-5: a process whose client is destroyed for good ends', async (t, address) => {
  await listen(t, address)
  const program = run(t, CLIENT, { address, config: { stopRetrying: true } })
  await program.report('connect')
  await program.tell('destroy')
  t.true(ended(await program.success()))
})

eachTransport(test.serial, 'CM-5: a process whose client is unref()ed ends', async (t, address) => {
  await listen(t, address)
  const program = run(t, CLIENT, { address })
  await program.report('connect')
  await program.tell('unref')
  t.true(ended(await program.success()))
})

eachTransport(test.serial, 'CM-5: a process whose server is closed ends', async (t, address) => {
  const program = run(t, SERVER, { address })
  await program.report('start')
  const peer = await dial(t, address)
  await program.report('connect')
  await program.tell('close')
  t.true(ended(await program.success()))
  await peer.close()
})

eachTransport(
  test.serial,
  'CM-5: a process whose server and connections are unref()ed ends',
  async (t, address) => {
    const program = run(t, SERVER, { address })
    await program.report('start')
    const peer = await dial(t, address)
    await program.report('connect')
    await program.tell('unref')
    t.true(ended(await program.success()))
    await peer.close()
  }
)

eachTransport(test.serial, 'CM-5: a pending retry keeps the process alive', async (t, address) => {
  const program = run(t, CLIENT, { address, config: { retry: 100 } })
  await program.seen('error', 4)
  const server = await listen(t, address)
  await program.report('connect')
  await server.accepted()
  t.is(program.count('beforeExit'), 0)
})

eachTransport(
  test.serial,
  'CM-5: disconnect during a pending retry lets the process end at once',
  async (t, address) => {
    const program = run(t, CLIENT, { address, config: { retry: 3600000 } })
    await program.report('disconnect')
    await program.tell('disconnect')
    const reports = await program.success()
    t.deepEqual(
      reports.map(([type]) => type),
      ['error', 'disconnect', 'beforeExit']
    )
  }
)

eachTransport(test.serial, 'CM-5: so does disconnect in the handler of disconnect', async (t, address) => {
  const reports = await run(t, CLIENT, { address, config: { retry: 3600000 }, givesUp: true }).success()
  t.deepEqual(
    reports.map(([type]) => type),
    ['error', 'disconnect', 'beforeExit']
  )
})

eachTransport(
  test.serial,
  'CM-5: a listener keeps the process alive, and so does a connection',
  async (t, address) => {
    const server = run(t, SERVER, { address })
    await server.report('start')
    const client = run(t, CLIENT, { address, types: ['echo'] })
    await client.report('connect')
    await interval(300)
    await client.tell('emit', 'echo', 1)
    await client.report('echo')
    t.is(server.count('beforeExit') + client.count('beforeExit'), 0)
    await server.tell('stop')
    await interval(100)
    await client.tell('emit', 'echo', 2)
    await client.seen('echo', 2)
    t.is(server.count('beforeExit'), 0)
    await client.tell('disconnect')
    t.true(ended(await client.success()))
    t.true(ended(await server.success()))
  }
)

const MESSAGES = Array.from({ length: 100 }, (_, n) => `message ${n}`)

eachTransport(
  test.serial,
  'exit: what a client emitted right before process.exit() arrives',
  async (t, address) => {
    const server = await start(instance(t), address)
    const log = new Recorder(server, ['m', 'socket.disconnected', 'error'])
    const program = run(t, CLIENT, { address })
    await program.report('connect')
    command(program, 'exit', 'm', MESSAGES)
    await log.seen('socket.disconnected')
    t.deepEqual(
      log.all('m').map(([data]) => data),
      MESSAGES
    )
    t.is((await program.exit()).code, 0)
  }
)

eachTransport(
  test.serial,
  'exit: what a server broadcast right before process.exit() arrives',
  async (t, address) => {
    const program = run(t, SERVER, { address })
    await program.report('start')
    const client = connect(instance(t, { stopRetrying: true }), address)
    const log = new Recorder(client, ['m', 'disconnect', 'error'])
    await next(client, 'connect')
    await program.report('connect')
    command(program, 'exit', 'm', MESSAGES)
    await log.seen('disconnect')
    t.deepEqual(
      log.all('m').map(([data]) => data),
      MESSAGES
    )
  }
)

test.serial('blocking: what a client emitted before blocking code arrives while it blocks', async (t) => {
  const address = await local(t)
  const server = await start(instance(t), address)
  const message = next(server, 'm')
  const program = run(t, CLIENT, { address })
  await program.report('connect')
  await arrivesWhileBlocked(t, program, ['block', 'm', 1], message)
})

test.serial('blocking: what a server emitted before blocking code arrives while it blocks', async (t) => {
  const address = await local(t)
  const program = run(t, SERVER, { address })
  await program.report('start')
  const client = connect(instance(t), address)
  const message = next(client, 'm')
  await next(client, 'connect')
  await program.report('connect')
  await arrivesWhileBlocked(t, program, ['block', 'm', 1], message)
})
