'use strict'

const path = require('node:path')
const test = require('ava')
const { pair, payloads, receive, start } = require('./support')
const { Recorder } = require('../common/events')
const { interval } = require('../common/deadline')
const { local } = require('../common/places')
const { dial, listen } = require('../common/raw')
const { arrivesWhileBlocked, command } = require('../common/leaving')
const { run } = require('../common/processes')

const CLIENT = path.join(__dirname, 'programs', 'client.js')
const SERVER = path.join(__dirname, 'programs', 'server.js')
const MESSAGES = Array.from({ length: 100 }, (_, n) => `message ${n}`)

const ended = (reports) => reports.some(([type]) => type === 'beforeExit')

test.serial('CM-5: a process whose client has stopped ends', async (t) => {
  const address = await local(t)
  await listen(t, address)
  const program = run(t, CLIENT, { address })
  await program.report('connect')
  await program.tell('stop', 'bye')
  t.true(ended(await program.success()))
})

test.serial('CM-5: a process whose client lost its server for good ends', async (t) => {
  const address = await local(t)
  const server = await listen(t, address)
  const program = run(t, CLIENT, { address, settings: { reconnect: false } })
  await program.report('connect')
  ;(await server.accepted()).socket.end()
  t.true(ended(await program.success()))
})

test.serial(
  'SM-20: a process whose client stops before it is connected ends at once (ruling 5)',
  async (t) => {
    const program = run(t, CLIENT, { address: await local(t), settings: { retryInterval: 3600000 } })
    await program.report('started')
    await program.tell('stop')
    t.true(ended(await program.success()))
  }
)

test.serial('CM-5: a client that waits for its server keeps the process alive', async (t) => {
  const address = await local(t)
  const program = run(t, CLIENT, { address })
  await program.report('started')
  await interval(300)
  await listen(t, address)
  await program.report('connect')
  t.is(program.count('beforeExit'), 0)
})

test.serial('CM-5: a client that was never started does not', async (t) => {
  const program = run(t, path.join(__dirname, 'programs', 'idle.js'), { address: await local(t) })
  await program.success()
  t.pass()
})

test.serial('CM-5: a process whose server has stopped ends (ruling 1)', async (t) => {
  const address = await local(t)
  const program = run(t, SERVER, { address })
  await program.report('ready')
  const peer = await dial(t, address)
  await program.report('client')
  await program.tell('stop')
  await peer.close()
  t.true(ended(await program.success()))
})

test.serial('CM-5: a server keeps the process alive', async (t) => {
  const address = await local(t)
  const program = run(t, SERVER, { address })
  await program.report('ready')
  await interval(300)
  await dial(t, address)
  await program.report('client')
  t.is(program.count('beforeExit'), 0)
})

test.serial('exit: what a client sent right before process.exit() arrives', async (t) => {
  const address = await local(t)
  const server = start(t, address)
  const heard = receive(server)
  const clients = new Recorder(server, ['client'])
  const program = run(t, CLIENT, { address })
  await program.report('connect')
  await clients.seen('client')
  command(program, 'exit', ...MESSAGES)
  await heard.seen('message', MESSAGES.length)
  t.deepEqual(payloads(heard), MESSAGES)
  t.is((await program.exit()).code, 0)
})

test.serial('exit: what a server broadcast right before process.exit() arrives', async (t) => {
  const address = await local(t)
  const program = run(t, SERVER, { address })
  await program.report('ready')
  const peer = await dial(t, address)
  await program.report('client')
  command(program, 'exit', ...MESSAGES)
  const lines = await peer.frames(MESSAGES.length, '\n')
  t.deepEqual(
    lines.map((line) => JSON.parse(line).message),
    MESSAGES
  )
})

test.serial('blocking: what a client sent before blocking code arrives while it blocks', async (t) => {
  const address = await local(t)
  const heard = receive(start(t, address))
  const program = run(t, CLIENT, { address })
  await program.report('connect')
  await arrivesWhileBlocked(t, program, ['block', 'm'], heard.seen('message'))
})

test.serial('CM-9: servers with different separators do not influence each other (ruling 7)', async (t) => {
  const pairs = []
  for (const separator of ['\n', '|', '<end>', '\r\n', '\0'])
    pairs.push(await pair(t, await local(t), { separator }))
  for (const [at, { server, client }] of pairs.entries()) {
    const [there, back] = [receive(server), receive(client)]
    client.send(`é ${at}`)
    client.send({ at })
    server.broadcast([at])
    await there.seen('message', 2)
    await back.seen('message')
    t.deepEqual([payloads(there), payloads(back)], [[`é ${at}`, { at }], [[at]]])
  }
})
