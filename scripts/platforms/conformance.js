'use strict'

// The main part of every dialect's tests, under the Node of another platform and with its binary.

const path = require('node:path')
const { ava } = require('../../__test__/runtimes/others/ava')
const { DIALECTS, exceptions } = require('../../__test__/runtimes/others/suite')
const main = require('./main-files.json')

/**
 * Runs them: `{ dialect, passed, failed, local, tcp }` each, the last two of those that pass. Emulated processors are slow, so nothing runs beside.
 */
async function conformance(target, { command }, binary) {
  const runtime = {
    command,
    args: [],
    env: {
      NO_COLOR: '1',
      NAPI_IPC_TEST_PATIENCE: '5',
      NAPI_IPC_PLATFORMS_NODE: command,
      NODE_OPTIONS: `--require=${path.join(__dirname, 'exec-path.cjs')}`,
      NAPI_RS_NATIVE_LIBRARY_PATH: binary
    }
  }
  const rows = []
  for (const dialect of DIALECTS) {
    const listed = exceptions(target.platform, dialect)
    const without = listed.map(({ title }) => title)
    const files = main[dialect].map((file) => `__test__/${dialect}/${file}.test.js`)
    const { passed, failed, output } = await ava(runtime, ['--concurrency=2', '--timeout=5m', ...files], {
      without
    })
    console.log(`  ${dialect}: ${passed.length} passed, ${failed.length} failed`)
    if (failed.length > 0 || passed.length === 0) console.log(output)
    for (const { file, title, reason } of listed)
      console.log(`  not run: ${dialect}/${file} › ${title}: ${reason}`)
    const about = (transport) => passed.filter((title) => transport.test(title)).length
    rows.push({
      dialect,
      passed: passed.length,
      failed: failed.length,
      local: about(/\blocal\b/),
      tcp: about(/\bTCP\b/)
    })
  }
  return rows
}

module.exports = { conformance }
