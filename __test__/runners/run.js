'use strict'

// npm run test:runners -- [jest] [ava] [vitest] [node-test]: small projects that use every dialect under other test runners, on the
// packages as they are published. A lane of its own: it takes about a minute. Each project has to end by itself; what it says of open
// handles is a failure.

require('../../scripts/toolchain').requireNode()

const fs = require('node:fs')
const os = require('node:os')
const path = require('node:path')
const { execFileSync, spawn } = require('node:child_process')
const { root } = require('../../scripts/run')
const { ensureInstalled } = require('../../scripts/install')
const { ensureBuilt } = require('../../scripts/build')

const GC = ['--expose-gc']
const RUNNERS = {
  jest: {
    command: [...GC, 'node_modules/jest/bin/jest.js', '--runInBand', '--detectOpenHandles'],
    counts: { passed: /^Tests:.*?(\d+) passed/m, failed: /^Tests:.*?(\d+) failed/m }
  },
  ava: {
    command: [
      ...GC,
      'node_modules/ava/entrypoints/cli.mjs',
      '--tap',
      '--timeout=60s',
      '--no-worker-threads',
      'dialects.spec.mjs'
    ],
    counts: { passed: /^# pass (\d+)/m, failed: /^# fail (\d+)/m }
  },
  vitest: {
    command: ['node_modules/vitest/vitest.mjs', 'run', '--reporter=default'],
    counts: { passed: /^\s*Tests .*?(\d+) passed/m, failed: /^\s*Tests .*?(\d+) failed/m }
  },
  'node-test': {
    command: ['--test', '--test-reporter=tap', 'dialects.spec.mjs'],
    counts: { passed: /^# pass (\d+)/m, failed: /^# fail (\d+)/m }
  }
}
const UNCLEAN =
  /open handle|did not exit|failed to exit|close timed out|hanging-process|Exiting due to|Timed out/i
// Far beyond what the slowest takes; who is not done by then does not end.
const LIMIT = 300_000

/** Puts the packages where an installation would. */
function install(folder, tarballs) {
  const modules = path.join(folder, 'node_modules')
  for (const file of fs.readdirSync(tarballs)) {
    const name = /^(napi-ipc(?:-(?:linux|darwin|win32)-[a-z0-9-]+?)?)-\d+\.\d+\.\d+.*\.tgz$/.exec(file)?.[1]
    if (!name) continue
    const target = path.join(modules, name)
    fs.rmSync(target, { recursive: true, force: true })
    fs.mkdirSync(target, { recursive: true })
    execFileSync('tar', ['-xzf', path.join(tarballs, file), '-C', target, '--strip-components=1'])
  }
  fs.cpSync(path.join(root, 'node_modules', 'eventemitter2'), path.join(modules, 'eventemitter2'), {
    recursive: true
  })
}

function test(folder, { command, counts }) {
  const env = { ...process.env, NO_COLOR: '1', CI: '1', FORCE_COLOR: undefined, NODE_OPTIONS: '' }
  // A node:test above would have the one below report to it.
  delete env.NODE_TEST_CONTEXT
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, command, { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] })
    let output = ''
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text) => (output += text))
    const limit = setTimeout(() => {
      output += '\ndid not exit by itself\n'
      child.kill('SIGKILL')
    }, LIMIT)
    child.on('error', reject)
    child.on('close', (code) => {
      clearTimeout(limit)
      const [passed, failed] = [counts.passed, counts.failed].map((pattern) =>
        Number(pattern.exec(output)?.[1] ?? 0)
      )
      const clean = code === 0 && !UNCLEAN.test(output)
      // A project that did not say how many failed has failed all the same.
      resolve({ output, clean, passed, failed: clean ? failed : Math.max(failed, 1) })
    })
  })
}

async function main() {
  const asked = process.argv.slice(2)
  const unknown = asked.find((name) => !(name in RUNNERS))
  if (unknown) throw new Error(`${unknown} is none of ${Object.keys(RUNNERS).join(', ')}`)
  ensureInstalled()
  ensureBuilt()
  const tarballs = fs.mkdtempSync(path.join(os.tmpdir(), 'napi-ipc-runners-'))
  const rows = []
  try {
    execFileSync(process.execPath, ['scripts/pack.js', tarballs], { cwd: root })
    for (const [name, runner] of Object.entries(RUNNERS)) {
      if (asked.length > 0 && !asked.includes(name)) continue
      const folder = path.join(__dirname, name)
      // node:test comes with Node.
      if (fs.existsSync(path.join(folder, 'package-lock.json'))) ensureInstalled(path.relative(root, folder))
      install(folder, tarballs)
      console.log(`${name} …`)
      const begin = Date.now()
      const { output, clean, passed, failed } = await test(folder, runner)
      if (!clean || passed === 0) console.log(output)
      rows.push({ runner: name, passed, failed, seconds: Math.round((Date.now() - begin) / 1000) })
    }
  } finally {
    fs.rmSync(tarballs, { recursive: true, force: true })
  }
  console.table(rows)
  const passed = rows.reduce((sum, row) => sum + row.passed, 0)
  const failed = rows.reduce((sum, row) => sum + row.failed, 0)
  console.log(`tests: ${passed} passed, ${failed} failed`)
  process.exitCode = failed === 0 && rows.every((row) => row.passed > 0) ? 0 : 1
}

main().catch((error) => {
  console.error(error.message)
  process.exitCode = 1
})
