'use strict'

// npm run bench:core -- [criterion's arguments]: the core against the limit, `memchr` or `memcpy` over the same bytes. No Node in it.
// What criterion has found is in target/criterion; a table of the ratios is printed.

require('./toolchain').requireCargo()

const fs = require('node:fs')
const path = require('node:path')
const { execFileSync } = require('node:child_process')
const { root, run } = require('./run')

const began = Date.now()

function target() {
  const metadata = execFileSync('cargo', ['metadata', '--format-version', '1', '--no-deps'], { cwd: root })
  return JSON.parse(metadata).target_directory
}

const read = (...names) => JSON.parse(fs.readFileSync(path.join(...names), 'utf8'))

/** What was measured just now: `{ group, name, nanoseconds, bytes }`. */
function* measured(folder) {
  for (const group of fs.readdirSync(folder)) {
    for (const name of fs.readdirSync(path.join(folder, group))) {
      const results = path.join(folder, group, name, 'new')
      const file = path.join(results, 'estimates.json')
      if (!fs.existsSync(file) || fs.statSync(file).mtimeMs < began) continue
      const { group_id: title, function_id: what, throughput } = read(results, 'benchmark.json')
      const { median } = read(results, 'estimates.json')
      yield { group: title, name: what, nanoseconds: median.point_estimate, bytes: throughput.Bytes }
    }
  }
}

function table(rows) {
  const limits = new Map(
    rows.filter(({ name }) => name === 'limit').map((row) => [row.group, row.nanoseconds])
  )
  return rows
    .sort((a, b) => a.group.localeCompare(b.group, 'en', { numeric: true }))
    .filter(({ name, group }) => name !== 'limit' && limits.has(group))
    .map(({ group, name, nanoseconds, bytes }) => ({
      what: name === 'ours' ? group : `${group}${name.slice('ours'.length)}`,
      'GB/s': (bytes / nanoseconds).toFixed(2),
      'limit GB/s': (bytes / limits.get(group)).toFixed(2),
      'times the limit': (nanoseconds / limits.get(group)).toFixed(2)
    }))
}

if (run('cargo', ['bench', '--bench', 'core', '--', ...process.argv.slice(2)])) {
  const folder = path.join(target(), 'criterion')
  const rows = fs.existsSync(folder) ? [...measured(folder)] : []
  if (rows.length > 0) console.table(table(rows))
} else {
  process.exitCode = 1
}
