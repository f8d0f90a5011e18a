'use strict'

// npm start: everything a fresh clone needs, then the tour.

require('./toolchain').requireNode()

const { run } = require('./run')

require('./install').ensureInstalled()
require('./build').ensureBuilt()

process.exitCode = run(process.execPath, ['examples/tour/index.js']) ? 0 : 1
