'use strict'

// Handlers that throw, and that destroy, send or close in the middle of a batch.

const path = require('node:path')
const { Worker } = require('node:worker_threads')
const test = require('ava')
const { protocol, receiver, serve, closed, eachEnd, eachPlace, standStill } = require('./support')
const { deadline, state } = require('../common/deadline')
const { run } = require('../common/processes')
const { dial, listen, settle } = require('../common/raw')

const PROGRAM = path.join(__dirname, 'programs', 'throwing.js')

const STORY = [
  ...['opened', 'on.connect', 'on.ready', 'message', 'malformed', 'message', 'on.data', 'ended', 'on.end'],
  ...['on.finish', 'closed', 'on.close']
]

for (const role of ['accepted', 'client']) {
  eachPlace(
    test,
    `every handler throws: each exception is uncaught once, in order, nothing is lost, ${role}`,
    async (t, address) => {
      const server = role === 'client' && (await listen(t, address))
      const program = run(t, PROGRAM, { role, address })
      await program.report('ready')
      const peer = server ? await server.accepted() : await dial(t, address)
      await program.report('opened')
      peer.socket.end('1\f{"bad"\f"2"\f')
      const reports = await program.success()
      const story = reports
        .filter(([type]) => type !== 'ready')
        .map(([type, text]) => (type === 'uncaught' ? `!${text}` : type))
      const wanted = (
        role === 'client' ? STORY : STORY.filter((type) => type !== 'on.connect' && type !== 'on.ready')
      ).flatMap((type) => [type, `!${type}`])
      t.deepEqual(
        story,
        role === 'client' ? wanted : ['opened', '!opened', 'connection', '!connection', ...wanted.slice(2)]
      )
    }
  )
}

test('an exception without a handler ends a worker thread with it', async (t) => {
  const worker = new Worker(PROGRAM, { argv: ['{"role":"thread"}'] })
  const exit = new Promise((resolve) => worker.on('exit', resolve))
  const [error] = await deadline(
    new Promise((resolve) => worker.on('error', (...args) => resolve(args))),
    'the error'
  )
  t.is(error.message, 'in a thread')
  t.is(await exit, 1)
})

eachEnd(test, 'destroy midway: no further frame of the same crossing, the others go on', async (t, open) => {
  for (const frame of ['{"n":1}', '1', `"${'x'.repeat(600)}"`]) {
    const log = receiver({
      message: (value, connection) => log.count('message') === 3 && connection.destroy()
    })
    const { peer } = await open(protocol(), log)
    peer.socket.write(`${frame}\f`.repeat(3000))
    await log.seen('closed')
    await settle()
    t.is(log.count('message'), 3)
    t.is(log.count('closed'), 1)
  }
})

eachPlace(
  test,
  'a handler destroys another connection, whose frames are in the same crossing',
  async (t, address) => {
    const seen = []
    const all = []
    const listener = await serve(t, address, protocol(), {
      opened: (connection) => all.push(connection),
      message(value, connection) {
        seen.push(connection)
        for (const other of all) if (other !== connection) other.destroy()
      }
    })
    const peers = [await dial(t, address), await dial(t, address), await dial(t, address)]
    await state(() => all.length === 3, 'three connections')
    for (const peer of peers) peer.socket.write('{"n":1}\f{"n":2}\f')
    standStill(50)
    await state(() => listener.connections.size === 1, 'two to be closed')
    await settle()
    t.is(new Set(seen).size, 1)
    t.is(seen.length, 2)
  }
)

eachPlace(test, 'a handler closes the listener and opens another in its place', async (t, address) => {
  const log = receiver({
    message(value) {
      if (value !== 1) return
      listener.close()
      listener.listen(address)
    }
  })
  const listener = await serve(t, address, protocol(), log)
  const peer = await dial(t, address)
  await peer.write('1\f2\f')
  await log.seen('message', 2)
  const next = await dial(t, address)
  await next.write('3\f')
  await log.seen('message', 3)
  t.is(listener.connections.size, 2)
})

eachEnd(test, 'sends from within handlers keep their order, however many', async (t, open) => {
  const { connection, peer } = await open(protocol(), {
    message(value, self) {
      self.send(`[${value},0]`)
      if (value % 100 === 0) self.write(Buffer.alloc(40_000, ' '))
      self.send(`[${value},1]`, () => {})
    }
  })
  const COUNT = 2000
  peer.socket.end(Array.from({ length: COUNT }, (_, n) => `${n}\f`).join(''))
  await peer.close()
  await closed(connection)
  const frames = peer.received
    .toString()
    .split('\f')
    .slice(0, -1)
    .map((frame) => JSON.parse(frame))
  t.deepEqual(
    frames,
    Array.from({ length: 2 * COUNT }, (_, n) => [n >> 1, n % 2])
  )
})

eachEnd(test, 'the receiver can be changed midway', async (t, open) => {
  const seen = []
  const second = { message: (value) => seen.push(['second', value]) }
  const { peer } = await open(protocol(), {
    message(value, connection) {
      seen.push(['first', value])
      connection.receiver = second
    }
  })
  await peer.write('{"n":1}\f{"n":2}\f3\f')
  await state(() => seen.length === 3, 'three messages')
  t.deepEqual(seen, [
    ['first', { n: 1 }],
    ['second', { n: 2 }],
    ['second', 3]
  ])
})

eachEnd(test, 'methods are called on the receiver, with the connection last', async (t, open) => {
  const calls = []
  class Side {
    message(...args) {
      calls.push([this, ...args])
    }
  }
  const side = new Side()
  const { connection, peer } = await open(protocol(), side)
  await peer.write('[1]\f2\f')
  await state(() => calls.length === 2, 'both')
  t.true(calls.every(([self, , last]) => self === side && last === connection))
})
