'use strict'

// npm run check: everything that can be said about the sources without running them.

require('./toolchain').requireNode()
require('./install').ensureInstalled()
require('./toolchain').requireCargo()

const { bin, run } = require('./run')
const { Tally } = require('./tally')

const CHECKS = {
  'cargo fmt': () => run('cargo', ['fmt', '--check']),
  'cargo clippy': () => run('cargo', ['clippy', '--all-targets', '--locked', '--', '-D', 'warnings']),
  eslint: () => bin('eslint', 'bin/eslint.js', ['--max-warnings', '0', '.']),
  prettier: () => bin('prettier', 'bin/prettier.cjs', ['--check', '--log-level', 'warn', '.']),
  'types (tsc)': () => bin('typescript', 'bin/tsc', ['-p', 'tsconfig.json']),
  arrows: () => run(process.execPath, ['scripts/check-arrows.js'])
}

const tally = new Tally()
for (const [name, check] of Object.entries(CHECKS)) {
  console.log(`── ${name}`)
  const ok = check()
  tally.add(ok ? 1 : 0, ok ? 0 : 1)
  if (!ok) tally.failures.push(`failed: ${name}`)
}
for (const failure of tally.failures) console.log(`\n${failure}`)
console.log(`\nchecks: ${tally}`)
process.exitCode = tally.failed === 0 ? 0 : 1
