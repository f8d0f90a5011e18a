'use strict'

// npm run bench: builds the product, installs the peers it is compared with, measures.

require('./toolchain').requireNode()

const { run } = require('./run')
const { ensureInstalled } = require('./install')

ensureInstalled()
require('./build').ensureBuilt()
ensureInstalled('bench')

process.exitCode = run(process.execPath, ['bench/run.js', ...process.argv.slice(2)]) ? 0 : 1
