'use strict'

// A thousand frames that a guarded server must refuse, each on a connection of its own, while another client works.

const v8 = require('node:v8')
const vm = require('node:vm')
const test = require('ava')
const { local } = require('../common/places')
const { next } = require('../common/events')
const { state } = require('../common/deadline')
const { dial } = require('../common/raw')
const { instance, start, connected } = require('./support')
const { attacks } = require('./attacks')

const COUNT = 1000
const LIMITS = {
  parser: 'guarded',
  maxMessageSize: 4096,
  maxEventNameLength: 32,
  messageTimeout: 300,
  maxConnections: 10000
}

v8.setFlagsFromString('--expose-gc')
// Bun has a function of its own for it.
const collect = globalThis.Bun ? () => globalThis.Bun.gc(true) : vm.runInNewContext('gc')

/** Bytes in use once garbage is collected. */
function memory() {
  collect()
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}

test.serial('NI-57, NI-58: a thousand attacks, each refused with its code', async (t) => {
  t.timeout(600000)
  const address = await local(t)
  const server = await start(instance(t, LIMITS), address)
  server.on('work', (data, socket) => server.emit(socket, 'done', data))
  const counts = {}
  server.on('*', (type) => (counts[type] = (counts[type] ?? 0) + 1))

  const worker = await connected(instance(t), address)
  let worked = 0
  let disturbed = 0
  worker.on('done', (n) => {
    if (n !== worked) disturbed++
    worked++
    worker.emit('work', worked)
  })
  worker.on('disconnect', () => disturbed++)
  worker.emit('work', 0)

  let before
  const list = attacks(COUNT, LIMITS)
  t.is(list.length, COUNT)
  for (const [n, { bytes, code }] of list.entries()) {
    if (n === 200) before = memory()
    const failed = next(server, 'error')
    const peer = await dial(t, address)
    await peer.write(bytes)
    const [error] = await failed
    if (error.code !== code) t.fail(`${error.code} in place of ${code}: ${String(bytes).slice(0, 200)}`)
    await peer.close()
    server.off('error', '*')
  }
  t.is(disturbed, 0)
  t.true(worked > COUNT, `the other client had ${worked} answers`)
  t.true(worker.socket.writable)
  await state(() => server.sockets.length === 1, 'the last attacker to be gone')
  // Nothing of what they pretended has happened; some began with something proper.
  const { work, ok, ...others } = counts
  t.true(work > COUNT)
  t.is(ok, list.filter(({ bytes }) => bytes.includes('"ok"}\f')).length)
  t.deepEqual(others, { connect: COUNT + 1, error: COUNT, 'socket.disconnected': COUNT, close: COUNT })
  const grown = memory() - before
  t.true(grown < 16 << 20, `${grown} bytes more than after 200 attacks`)
})
