'use strict'

// Runs the whole suite under several Node versions and both data paths, then prints a table:
//
//   node __test__/runtimes/run.js [20] [22] [24] [loop] [worker] [-- ava's arguments]
//
// Without a version all of them, without a path both. What a run printed is shown only if it failed.

const fs = require('node:fs')
const path = require('node:path')
const { spawn } = require('node:child_process')
const { ensureInstalled } = require('../../scripts/install')
const { ensureBuilt } = require('../../scripts/build')
const { Tally } = require('../../scripts/tally')

const ROOT = path.join(__dirname, '..', '..')
const AVA = path.join(ROOT, 'node_modules', 'ava', 'entrypoints', 'cli.mjs')
const PLATFORM = `${process.platform}-${process.arch}`
const VERSIONS = ['20', '22', '24']
const PATHS = ['loop', 'worker']

function runtime(version) {
  const binary = path.join(__dirname, 'node_modules', `node${version}-${PLATFORM}`, 'bin', 'node')
  if (!fs.existsSync(binary)) throw new Error(`there is no Node ${version} for ${PLATFORM} in ${__dirname}`)
  return binary
}

/** One run of ava; resolves to { ok, output }. */
function ava(binary, dataPath, args) {
  return new Promise((resolve, reject) => {
    const env = { ...process.env, NAPI_IPC_DATA_PATH: dataPath }
    const child = spawn(binary, [AVA, ...args], { cwd: ROOT, env, stdio: ['ignore', 'pipe', 'pipe'] })
    let output = ''
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text) => (output += text))
    child.on('error', reject)
    child.on('close', (code) => resolve({ ok: code === 0, output }))
  })
}

/** The runs asked for, and what ava is to be told. */
function asked(words) {
  const at = words.indexOf('--')
  const [choice, args] = at === -1 ? [words, []] : [words.slice(0, at), words.slice(at + 1)]
  const unknown = choice.find((word) => !VERSIONS.includes(word) && !PATHS.includes(word))
  if (unknown)
    throw new Error(`${unknown} is neither one of ${VERSIONS.join(', ')} nor one of ${PATHS.join(', ')}`)
  const pick = (all) =>
    all.some((word) => choice.includes(word)) ? all.filter((word) => choice.includes(word)) : all
  return { versions: pick(VERSIONS), paths: pick(PATHS), args }
}

async function main() {
  const { versions, paths, args } = asked(process.argv.slice(2))
  ensureInstalled()
  ensureBuilt()
  ensureInstalled('__test__/peers')
  ensureInstalled('__test__/runtimes')

  const rows = []
  for (const version of versions) {
    for (const dataPath of paths) {
      console.log(`Node ${version}, ${dataPath} path …`)
      const begin = Date.now()
      const result = await ava(runtime(version), dataPath, args)
      if (!result.ok) console.log(result.output)
      const tally = new Tally()
      tally.addAva(result)
      rows.push({
        node: version,
        path: dataPath,
        passed: tally.passed,
        failed: tally.failed,
        seconds: Math.round((Date.now() - begin) / 1000)
      })
    }
  }
  console.table(rows)
  process.exitCode = rows.every(({ passed, failed }) => failed === 0 && passed > 0) ? 0 : 1
}

main()
