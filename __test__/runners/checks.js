'use strict'

// What every runner's project checks of a dialect, said with node:assert so that each of them can.

const assert = require('node:assert')
const fs = require('node:fs')
const os = require('node:os')
const path = require('node:path')
const { DIALECTS, GREETING } = require('./conversations')

let places = 0
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'nit-runner-'))
process.on('exit', () => fs.rmSync(folder, { recursive: true, force: true }))

function place() {
  const name = `${process.pid}-${++places}`
  return process.platform === 'win32' ? `\\\\.\\pipe\\nit-runner-${name}` : path.join(folder, name)
}

/** A conversation: the answer is whole, and of this realm. */
async function talks(dialect, module) {
  const answer = await DIALECTS[dialect].converse(module, place())
  assert.deepStrictEqual(answer, GREETING)
  assert.ok(answer instanceof Object, 'an object of this realm')
  assert.ok(answer.list instanceof Array, 'an array of this realm')
}

/** Without a server: an error of this realm. */
async function fails(dialect, module) {
  const { fail } = DIALECTS[dialect]
  if (!fail) return
  const error = await fail(module, place())
  assert.ok(error instanceof Error, `${error} is no Error of this realm`)
}

const turn = (delay) => new Promise((resolve) => setTimeout(resolve, delay))

/** What modules that are loaded again and again must not leave behind. */
async function state() {
  for (let n = 0; n < 10; n++) {
    globalThis.gc?.()
    await turn(10)
  }
  return {
    descriptors: process.platform === 'linux' ? fs.readdirSync('/proc/self/fd').length : 0,
    listeners: process.listenerCount('exit'),
    heap: process.memoryUsage().heapUsed,
    rss: process.memoryUsage().rss
  }
}

const MIB = 1 << 20

/** Runs `load` (which resets the modules and gives a dialect's) 50 times, with a conversation each; fails if anything grows. */
async function resets(dialect, load) {
  // The first ones fill caches that stay.
  for (let n = 0; n < 10; n++) await talks(dialect, load())
  const before = await state()
  for (let n = 0; n < 50; n++) await talks(dialect, load())
  const after = await state()
  assert.ok(
    after.descriptors <= before.descriptors + 1,
    `${before.descriptors} descriptors, then ${after.descriptors}`
  )
  assert.ok(
    after.listeners <= before.listeners,
    `${before.listeners} listeners for exit, then ${after.listeners}`
  )
  const [heap, rss] = [after.heap - before.heap, after.rss - before.rss].map((bytes) =>
    Math.round(bytes / MIB)
  )
  assert.ok(heap < 15, `the heap grew by ${heap} MiB`)
  assert.ok(rss < 60, `the process grew by ${rss} MiB`)
  return { descriptors: after.descriptors - before.descriptors, heap, rss }
}

/** Loads a package of the project in `folder` once more, as runners do that empty the cache of require. */
function fresh(dialect, folder) {
  for (const file of Object.keys(require.cache)) {
    if (/napi-ipc[\\/].*\.js$/.test(file) && file.includes('node_modules')) delete require.cache[file]
  }
  // Node's own book of who required what would keep every copy.
  for (const { children } of Object.values(require.cache)) children.length = 0
  return require(require.resolve(dialect, { paths: [folder] }))
}

module.exports = { DIALECTS, fails, fresh, resets, talks }
