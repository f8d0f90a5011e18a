'use strict'

// Runs test files with ava under any runtime that can, and reads what came out test by test.

const path = require('node:path')
const { spawn } = require('node:child_process')
const { root } = require('../../../scripts/run')

const AVA = path.join(root, 'node_modules', 'ava', 'entrypoints', 'cli.mjs')

/**
 * `{ passed, failed, output }` of one run: titles, each with its file in front. What failed outside a test (an uncaught
 * exception, a file that crashed) is among the failed. `runtime` is `{ command, args, env }`, `without` are titles.
 */
function ava(runtime, files, { without = [], env = {} } = {}) {
  const args = [...runtime.args, AVA, '--tap', ...without.map((title) => `--match=!${title}`), ...files]
  return new Promise((resolve, reject) => {
    const child = spawn(runtime.command, args, {
      cwd: root,
      env: { ...process.env, ...runtime.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe']
    })
    let output = ''
    let complaints = ''
    child.stdout.setEncoding('utf8').on('data', (text) => (output += text))
    child.stderr.setEncoding('utf8').on('data', (text) => (complaints += text))
    child.on('error', reject)
    child.on('close', (code, signal) =>
      resolve({ ...read(output), output: `${output}${complaints}`, code, signal })
    )
  })
}

function read(output) {
  const result = { passed: [], failed: [] }
  for (const [, not, title] of output.matchAll(/^(not )?ok \d+ - (.*)$/gm)) {
    // TAP's words for what did not run: it has not passed, and is missed where it should have.
    if (/ # (SKIP|TODO)\b/.test(title)) continue
    result[not ? 'failed' : 'passed'].push(title)
  }
  return result
}

module.exports = { ava }
