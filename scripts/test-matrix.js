'use strict'

// npm run test:matrix: ava under every Node in __test__/runtimes, both data paths each.

require('./toolchain').requireNode()

const fs = require('node:fs')
const path = require('node:path')
const { root, runAndRead } = require('./run')
const { ensureInstalled } = require('./install')
const { Tally } = require('./tally')

const FOLDER = '__test__/runtimes'

function binaries() {
  const { optionalDependencies } = require(path.join(root, FOLDER, 'package.json'))
  return Object.keys(optionalDependencies)
    .map((name) => path.join(root, FOLDER, 'node_modules', name, 'bin', 'node'))
    .filter((binary) => fs.existsSync(binary))
}

async function main() {
  ensureInstalled(FOLDER)
  const tally = new Tally()
  for (const node of binaries()) {
    const { ok, output } = await runAndRead(process.execPath, ['scripts/test.js', '--node', node])
    const [, passed, failed] = /^tests: (\d+) passed, (\d+) failed$/m.exec(output) ?? [0, 0, 1]
    tally.add(Number(passed), ok ? Number(failed) : Math.max(Number(failed), 1))
  }
  console.log(`\nmatrix: ${tally}`)
  process.exitCode = tally.failed === 0 && tally.passed > 0 ? 0 : 1
}

main()
