'use strict'

// Loads the engine again and again, as a test runner does that resets its modules. Reports what that has cost.

const fs = require('node:fs')
const net = require('node:net')
const { report, options } = require('../../common/report')

const { address, rounds, open } = options()
const protocol = { framing: { mode: 'delimiter', delimiter: '\f' }, codec: 'json' }

process.on('warning', (warning) => report('warning', String(warning)))

function load() {
  // Not the addon itself, which Node (and jest) loads once a process.
  for (const file of Object.keys(require.cache))
    if (file.endsWith('.js') && file.includes('engine')) delete require.cache[file]
  // Node's own book of who required what would keep every copy.
  module.children.length = 0
  return require('../../../lib/engine')
}

async function round() {
  const engine = load()
  const connection = engine.connect(address, protocol, {})
  await new Promise((resolve) => {
    connection.receiver = { message: resolve }
    connection.send('1')
  })
  // Left open, it is closed by its peer, and nobody here holds it.
  if (!open) connection.destroy()
  await new Promise((resolve) => connection.on('close', resolve))
}

const turn = () => new Promise((resolve) => setImmediate(resolve))

async function state() {
  for (let n = 0; n < 20; n++) {
    globalThis.gc()
    await turn()
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
  const handles = {}
  for (const { type } of process.report.getReport().libuv) handles[type] = (handles[type] ?? 0) + 1
  return {
    listeners: process.listenerCount('exit'),
    descriptors: process.platform === 'linux' ? fs.readdirSync('/proc/self/fd').length : 0,
    heap: process.memoryUsage().heapUsed,
    rss: process.memoryUsage().rss,
    handles
  }
}

async function main() {
  const server = net.createServer((socket) => {
    socket.on('error', () => {})
    socket.once('data', () => {
      socket.write('1\f')
      if (open) setImmediate(() => socket.destroy())
    })
  })
  await new Promise((resolve) => server.listen(address, resolve))
  process.report.excludeNetwork = true
  for (let n = 0; n < 20; n++) await round()
  const before = await state()
  for (let n = 0; n < rounds; n++) await round()
  const after = await state()
  report('left', { before, after })
  server.close()
}

main()
