'use strict'

// npm run format: brings every file into the shape that npm run check asks for.

require('./toolchain').requireNode()
require('./install').ensureInstalled()

const { bin, run } = require('./run')

const results = [
  run('cargo', ['fmt']),
  bin('eslint', 'bin/eslint.js', ['--fix', '.']),
  bin('prettier', 'bin/prettier.cjs', ['--write', '--log-level', 'warn', '.'])
]
process.exitCode = results.every(Boolean) ? 0 : 1
