'use strict'

// npm run platforms: builds the engine for every target of napi.targets on one Linux machine, runs the main part of the suite on
// those that can run here, and prints a table.
//
//   npm run platforms -- [linux-x64-gnu] … [--no-tests]
//
// Needs cargo and rustup, python3 with venv, apt-get, dpkg-deb and readelf; for Windows also gcc-mingw-w64-x86-64 and root. All else
// it fetches: see README.md.

const fs = require('node:fs')
const path = require('node:path')
const { root } = require('../run')
const { ensureInstalled } = require('../install')
const { napi } = require('../../package.json')
const { exceptions } = require('../../__test__/platforms/selection')
const { ARTIFACTS, build, libc } = require('./build')
const { CACHE } = require('./cache')
const { conformance } = require('./conformance')
const { nodeFor } = require('./nodes')
const { TARGETS } = require('./targets')
const { requirePrograms } = require('./toolchain')
const windows = require('./windows')

const sum = (rows, count) => rows.reduce((total, row) => total + count(row), 0)
const firstLine = (text) => text.split('\n').find((line) => line.trim() !== '') ?? 'no reason given'

/** One target, as far as it goes: a row of the table and a line a dialect. */
async function one(target, withTests) {
  const row = { target: target.platform, built: 'no', bytes: '', libc: '', ran: '', passed: '', failed: '' }
  const fail = (what, error) => {
    console.log(error.message)
    row[what] = firstLine(error.message)
    return { row, good: false }
  }
  let binary
  try {
    binary = build(target)
  } catch (error) {
    return fail('built', new Error(`no: ${error.message}`))
  }
  row.built = 'yes'
  row.bytes = fs.statSync(binary).size
  row.libc = libc(target, binary)
  if (target.glibc && row.libc !== 'musl' && newer(row.libc, target.glibc))
    return fail('libc', new Error(`${row.libc}, more than ${target.glibc}`))
  if (target.unrun || !withTests) {
    row.ran = target.unrun ?? 'not asked for'
    return { row, good: true }
  }
  let rows
  try {
    const node = target.windows ? { how: 'wine' } : nodeFor(target.node)
    row.ran = node.how
    if (target.windows)
      for (const { file, title = '*', reason } of exceptions(true))
        console.log(`  not run: ${file} › ${title}: ${reason}`)
    rows = target.windows
      ? windows.test(path.join(CACHE, 'windows'))
      : await conformance(target, node, binary)
  } catch (error) {
    return fail('ran', error)
  }
  row.passed = sum(rows, ({ passed }) => passed)
  row.failed = sum(rows, ({ failed }) => failed)
  return { row, rows, good: rows.every(({ passed, failed }) => failed === 0 && passed > 0) }
}

function newer(version, limit) {
  const [a, b] = [version, limit].map((text) => text.split('.').map(Number))
  return a[0] > b[0] || (a[0] === b[0] && a[1] > b[1])
}

function asked(words) {
  const names = words.filter((word) => !word.startsWith('--'))
  const unknown = names.find((name) => !TARGETS.some(({ platform }) => platform === name))
  if (unknown) throw new Error(`${unknown} is none of ${TARGETS.map(({ platform }) => platform).join(', ')}`)
  return TARGETS.filter(({ platform }) => names.length === 0 || names.includes(platform))
}

async function main() {
  const words = process.argv.slice(2)
  if (TARGETS.length !== napi.targets.length)
    throw new Error('targets.js does not have the targets of package.json')
  requirePrograms()
  ensureInstalled()
  ensureInstalled('__test__/peers')
  console.log(`toolchains and runtimes: ${CACHE}`)
  const table = []
  const details = []
  let good = true
  for (const target of asked(words)) {
    console.log(`${target.platform} …`)
    const result = await one(target, !words.includes('--no-tests'))
    table.push(result.row)
    good &&= result.good
    for (const { dialect, passed, failed, local, tcp } of result.rows ?? [])
      details.push({ target: target.platform, dialect, passed, failed, local, TCP: tcp })
  }
  if (details.length > 0) console.table(details)
  console.table(table)
  console.log(`\nTo pack them: npm run pack -- <folder> --artifacts ${path.relative(root, ARTIFACTS)}`)
  process.exitCode = good ? 0 : 1
}

main().catch((error) => {
  console.error(error.message)
  process.exitCode = 1
})
