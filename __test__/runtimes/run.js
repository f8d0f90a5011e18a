'use strict'

// npm run test:matrix: the suite under several Node versions and both data paths, with a table at the end.
//
//   node __test__/runtimes/run.js [20] [22] [24] [loop] [worker] [-- ava's arguments]
//
// Without a version all of them, without a path both. What a run printed is shown only if it failed.

require('../../scripts/toolchain').requireNode()

const fs = require('node:fs')
const path = require('node:path')
const { spawn } = require('node:child_process')
const { root } = require('../../scripts/run')
const { ensureInstalled } = require('../../scripts/install')
const { ensureBuilt } = require('../../scripts/build')
const { Tally } = require('../../scripts/tally')
const { optionalDependencies } = require('./package.json')

const AVA = path.join(root, 'node_modules', 'ava', 'entrypoints', 'cli.mjs')
const PLATFORM = `${process.platform}-${process.arch}`
const PATHS = ['loop', 'worker']
/** The versions there are, and the package that has each of them for this machine. */
const PACKAGES = new Map(
  Object.keys(optionalDependencies).map((name) => [/^node(\d+)-/.exec(name)[1], undefined])
)
for (const version of PACKAGES.keys()) PACKAGES.set(version, `node${version}-${PLATFORM}`)

function binary(version) {
  const file = path.join(__dirname, 'node_modules', PACKAGES.get(version), 'bin', 'node')
  if (!fs.existsSync(file)) throw new Error(`there is no Node ${version} for ${PLATFORM} in ${__dirname}`)
  return file
}

/** The runs asked for, and what ava is to be told. */
function asked(words) {
  const at = words.indexOf('--')
  const [choice, args] = at === -1 ? [words, []] : [words.slice(0, at), words.slice(at + 1)]
  const versions = [...PACKAGES.keys()]
  const unknown = choice.find((word) => !versions.includes(word) && !PATHS.includes(word))
  if (unknown)
    throw new Error(`${unknown} is neither one of ${versions.join(', ')} nor one of ${PATHS.join(', ')}`)
  const pick = (all) =>
    all.some((word) => choice.includes(word)) ? all.filter((word) => choice.includes(word)) : all
  return { versions: pick(versions), paths: pick(PATHS), args }
}

/** One run of ava; resolves to { ok, output }. */
function ava(node, dataPath, args) {
  return new Promise((resolve, reject) => {
    const env = { ...process.env, NAPI_IPC_DATA_PATH: dataPath }
    const child = spawn(node, [AVA, ...args], { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] })
    let output = ''
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text) => (output += text))
    child.on('error', reject)
    child.on('close', (code) => resolve({ ok: code === 0, output }))
  })
}

async function run(version, dataPath, args) {
  console.log(`Node ${version}, ${dataPath} path …`)
  const begin = Date.now()
  const result = await ava(binary(version), dataPath, args)
  if (!result.ok) console.log(result.output)
  const tally = new Tally()
  tally.addAva(result)
  const { passed, failed } = tally
  return { node: version, path: dataPath, passed, failed, seconds: Math.round((Date.now() - begin) / 1000) }
}

async function main() {
  const { versions, paths, args } = asked(process.argv.slice(2))
  ensureInstalled()
  ensureBuilt()
  ensureInstalled('__test__/peers')
  ensureInstalled('__test__/runtimes')
  const rows = []
  for (const version of versions) for (const dataPath of paths) rows.push(await run(version, dataPath, args))
  console.table(rows)
  // A run without a test has shown nothing.
  process.exitCode = rows.every(({ passed, failed }) => failed === 0 && passed > 0) ? 0 : 1
}

main().catch((error) => {
  console.error(error.message)
  process.exitCode = 1
})
