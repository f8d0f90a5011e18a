'use strict'

const path = require('node:path')
const test = require('ava')
const { start, connected } = require('./support')
const { Recorder, next } = require('../common/events')
const { local } = require('../common/places')
const { dial, listen } = require('../common/raw')
const { arrivesWhileBlocked, command } = require('../common/leaving')
const { run } = require('../common/processes')
const { interval } = require('../common/deadline')

const CLIENT = path.join(__dirname, 'programs', 'client.js')
const SERVER = path.join(__dirname, 'programs', 'server.js')

const types = (reports) => reports.map(([type]) => type)

test.serial('CM-5: a process whose client is closed ends', async (t) => {
  const address = await local(t)
  await listen(t, address)
  const program = run(t, CLIENT, address)
  await program.report('connect')
  await program.tell('close')
  t.deepEqual(types(await program.success()), ['connect', 'closed', 'close', 'beforeExit'])
})

test.serial('CM-5: a process whose client is unref()ed ends', async (t) => {
  const address = await local(t)
  await listen(t, address)
  const program = run(t, CLIENT, address)
  await program.report('connect')
  await program.tell('unref')
  t.is(types(await program.success()).at(-1), 'beforeExit')
})

test.serial('CM-5: a process whose server is closed ends', async (t) => {
  const address = await local(t)
  const program = run(t, SERVER, address)
  await program.report('listening')
  const peer = await dial(t, address)
  await program.report('connection')
  await program.tell('close')
  t.is(types(await program.success()).at(-1), 'beforeExit')
  await peer.close()
})

test.serial('CM-5: a process whose server and sockets are unref()ed ends', async (t) => {
  const address = await local(t)
  const program = run(t, SERVER, address)
  await program.report('listening')
  const peer = await dial(t, address)
  await program.report('connection')
  await program.tell('unref')
  t.is(types(await program.success()).at(-1), 'beforeExit')
  await peer.close()
})

test.serial('CM-5: a retry that waits keeps the process alive, a reconnect too', async (t) => {
  const address = await local(t)
  const program = run(t, CLIENT, { ...address, retryDelay: 100, reconnectDelay: 100 })
  await program.seen('connectError', 3)
  const server = await listen(t, address)
  await program.report('connect')
  ;(await server.accepted()).socket.destroy()
  await program.report('reconnect')
  t.is(program.count('beforeExit'), 0)
})

test.serial('CM-5: close() while a retry waits lets the process end at once (ruling 11)', async (t) => {
  const program = run(t, CLIENT, { ...(await local(t)), retryDelay: 3600000 })
  await program.report('connectError')
  await program.tell('close')
  t.deepEqual(types(await program.success()), ['connectError', 'closed', 'close', 'beforeExit'])
})

test.serial('CM-5: a server keeps the process alive, and so does a connection', async (t) => {
  const address = await local(t)
  const server = run(t, SERVER, address)
  await server.report('listening')
  const client = run(t, CLIENT, address)
  await client.report('connect')
  await interval(300)
  await client.tell('send', 'echo', 1)
  await client.report('message')
  t.is(server.count('beforeExit') + client.count('beforeExit'), 0)
  await client.tell('close')
  t.is(types(await client.success()).at(-1), 'beforeExit')
  await interval(100)
  t.is(server.count('beforeExit'), 0)
  await server.tell('close')
  t.is(types(await server.success()).at(-1), 'beforeExit')
})

const MESSAGES = Array.from({ length: 100 }, (_, n) => `message ${n}`)

test.serial('exit: what a client sent right before process.exit() arrives', async (t) => {
  const address = await local(t)
  const server = await start(t, address)
  const log = new Recorder(server, ['message', 'error'])
  server.on('connection', (id, socket) => log.follow(socket, ['close']))
  const program = run(t, CLIENT, address)
  await program.report('connect')
  command(program, 'exit', 'm', MESSAGES)
  await log.seen('close')
  t.deepEqual(
    log.all('message').map(([message]) => message),
    MESSAGES
  )
  t.is((await program.exit()).code, 0)
})

test.serial('exit: what a server broadcast right before process.exit() arrives', async (t) => {
  const address = await local(t)
  const program = run(t, SERVER, address)
  await program.report('listening')
  const client = await connected(t, address)
  const log = new Recorder(client, ['message', 'disconnect', 'error'])
  await program.report('connection')
  command(program, 'exit', 'm', MESSAGES)
  await log.seen('disconnect')
  t.deepEqual(
    log.all('message').map(([message]) => message),
    MESSAGES
  )
})

test.serial('blocking: what a client sent before blocking code arrives while it blocks', async (t) => {
  const address = await local(t)
  const server = await start(t, address)
  const message = next(server, 'message')
  const program = run(t, CLIENT, address)
  await program.report('connect')
  await arrivesWhileBlocked(t, program, ['block', 'm', 1], message)
})

test.serial('blocking: what a server sent before blocking code arrives while it blocks', async (t) => {
  const address = await local(t)
  const program = run(t, SERVER, address)
  await program.report('listening')
  const client = await connected(t, address)
  await program.report('connection')
  const message = next(client, 'message')
  await arrivesWhileBlocked(t, program, ['block', 'm', 1], message)
})
