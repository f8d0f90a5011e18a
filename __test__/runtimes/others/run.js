'use strict'

// npm run test:runtimes: the suite under the newest Node, and every dialect under Bun and Deno, with a table at the end.
//
//   node __test__/runtimes/others/run.js [node] [bun] [deno]
//
// Bun and Deno run on the worker path. What cannot work there is in not-run.json with the reason; its titles are ava's patterns.
// Which tests there are is asked of the newest Node: whatever it ran has to have passed, failed or been listed elsewhere.

require('../../../scripts/toolchain').requireNode()

const fs = require('node:fs')
const path = require('node:path')
const { spawnSync } = require('node:child_process')
const { ensureInstalled } = require('../../../scripts/install')
const { ensureBuilt } = require('../../../scripts/build')
const { ava } = require('./ava')
const { DIALECTS, filesOf, exceptions, matches } = require('./suite')

const PLATFORM = `${process.platform}-${process.arch}`
const preload = (flag) => [flag, path.join(__dirname, 'preload.cjs')]
const RUNTIMES = {
  node: { name: `node26-${PLATFORM}`, file: 'bin/node', args: [] },
  bun: { name: `bun-${PLATFORM}`, file: 'bin/bun', args: preload('--preload') },
  deno: { name: `deno-${PLATFORM}`, file: 'deno', args: ['run', '-A', ...preload('--preload')] }
}

/** What ava is to be started with, and the version. Undefined if npm has no such binary for this machine. */
function runtime(which) {
  const { name, file, args } = RUNTIMES[which]
  const command = path.join(__dirname, 'node_modules', name, file)
  if (!fs.existsSync(command)) return undefined
  const { stdout } = spawnSync(command, ['--version'], { encoding: 'utf8' })
  const [version] = /\d+\.\d+\.\d+\S*/.exec(stdout)
  // Both would say that there is a newer one.
  return {
    which,
    version,
    command,
    args,
    env: { NO_COLOR: '1', DENO_NO_UPDATE_CHECK: '1' }
  }
}

/** The suite on one data path; titles begin with the folder. */
async function whole(node, dataPath) {
  console.log(`Node ${node.version}, ${dataPath} path …`)
  const result = await ava(node, [], { env: { NAPI_IPC_DATA_PATH: dataPath } })
  if (result.failed.length > 0 || result.passed.length === 0) console.log(result.output)
  return result
}

async function dialect(runtime, folder, expected) {
  console.log(`${runtime.which} ${runtime.version}, ${folder} …`)
  const listed = exceptions(runtime.which, folder)
  const wanted = expected.map((title) => ({ title, by: listed.find((one) => matches(one, title)) }))
  const stale = listed.filter((one) => !wanted.some(({ by }) => by === one))
  for (const { file, title } of stale)
    console.log(`not-run.json: ${runtime.which} ${file} has no test ${title ?? ''}, or another entry has it`)

  const whole = listed.filter(({ title }) => title === undefined).map(({ file }) => file)
  const files = filesOf(folder).filter((file) => !whole.includes(path.basename(file, '.test.js')))
  const without = listed.map(({ title }) => title).filter((title) => title !== undefined)
  const { passed, failed, output } = await ava(runtime, files, { without })
  const told = new Set([...passed, ...failed])
  const lost = wanted.filter(({ title, by }) => !by && !told.has(title))
  for (const title of failed) console.log(`  failed: ${title}`)
  for (const { title } of lost) console.log(`  neither passed nor failed: ${title}`)
  if (failed.length + lost.length > 0) console.log(output)
  const excepted = wanted.filter(({ by }) => by)
  return {
    row: {
      runtime: runtime.which,
      version: runtime.version,
      tests: folder,
      path: 'worker',
      passed: passed.length,
      failed: failed.length + lost.length,
      'not run': excepted.length
    },
    reasons: excepted.map(({ by }) => by.reason),
    stale: stale.length
  }
}

async function main() {
  const words = process.argv.slice(2)
  const unknown = words.find((word) => !(word in RUNTIMES))
  if (unknown) throw new Error(`${unknown} is none of ${Object.keys(RUNTIMES).join(', ')}`)
  const asked = (which) => words.length === 0 || words.includes(which)
  ensureInstalled()
  ensureBuilt()
  ensureInstalled('__test__/peers')
  ensureInstalled('__test__/runtimes/others')

  const node = runtime('node')
  if (!node) throw new Error(`npm has no newest Node for ${PLATFORM}`)
  const rows = []
  const tell = (dataPath, { passed, failed }) =>
    rows.push({
      runtime: 'node',
      version: node.version,
      tests: 'all',
      path: dataPath,
      passed: passed.length,
      failed: failed.length,
      'not run': 0
    })
  if (asked('node')) tell('loop', await whole(node, 'loop'))
  const all = await whole(node, 'worker')
  tell('worker', all)
  const titles = [...all.passed, ...all.failed]

  const reasons = new Map()
  let stale = 0
  for (const which of ['bun', 'deno'].filter(asked)) {
    const other = runtime(which)
    if (!other) {
      console.log(`${which}: npm has no binary for ${PLATFORM}`)
      continue
    }
    for (const folder of DIALECTS) {
      const begin = `${folder} › `
      const expected = titles
        .filter((title) => title.startsWith(begin))
        .map((title) => title.slice(begin.length))
      const result = await dialect(other, folder, expected)
      rows.push(result.row)
      stale += result.stale
      for (const reason of result.reasons) {
        const key = `${which}: ${reason}`
        reasons.set(key, (reasons.get(key) ?? 0) + 1)
      }
    }
  }
  if (reasons.size > 0) console.log('\nNot run, because')
  for (const [reason, count] of reasons) console.log(`  ${String(count).padStart(4)}  ${reason}`)
  console.table(rows)
  // A run without a test has shown nothing, an exception without a test hides nothing any more.
  const good = rows.every(({ passed, failed }) => failed === 0 && passed > 0) && stale === 0
  process.exitCode = good ? 0 : 1
}

main().catch((error) => {
  console.error(error)
  process.exitCode = 1
})
