'use strict'

// npm test: installs, builds, then runs the tests of the core with cargo and everything else with ava, once
// for each data path. `npm test -- [--node <binary>] [ava's arguments]` runs ava alone, with that Node and
// those arguments; NAPI_IPC_DATA_PATH=loop or =worker keeps to one path.

require('./toolchain').requireNode()

const fs = require('node:fs')
const path = require('node:path')
const { bin, root, runAndRead } = require('./run')
const { ensureInstalled } = require('./install')
const { ensureBuilt } = require('./build')
const { requireCargo } = require('./toolchain')
const { Tally } = require('./tally')

const DATA_PATHS = process.env.NAPI_IPC_DATA_PATH ? [process.env.NAPI_IPC_DATA_PATH] : ['loop', 'worker']

async function ava(dataPath, node, args) {
  const version = node === process.execPath ? process.version : node
  console.log(`\n── ava, Node ${version}, ${dataPath} path`)
  const env = { ...process.env, NAPI_IPC_DATA_PATH: dataPath }
  return bin('ava', 'entrypoints/cli.mjs', args, { read: true, node, env })
}

async function main() {
  const args = process.argv.slice(2)
  const everything = args.length === 0
  const at = args.indexOf('--node')
  const node = at === -1 ? process.execPath : args.splice(at, 2)[1]
  const tally = new Tally()

  ensureInstalled()
  ensureBuilt()
  if (fs.existsSync(path.join(root, '__test__/peers/package-lock.json'))) ensureInstalled('__test__/peers')

  if (everything) {
    requireCargo()
    console.log('\n── cargo test')
    tally.addCargo(await runAndRead('cargo', ['test', '--lib']))
  }
  for (const dataPath of DATA_PATHS) tally.addAva(await ava(dataPath, node, args), `${dataPath} path`)

  for (const failure of tally.failures) console.log(`\n${failure}`)
  console.log(`\ntests: ${tally}`)
  process.exitCode = tally.failed === 0 ? 0 : 1
}

main()
