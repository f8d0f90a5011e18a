'use strict'

// Runs a lane with its arguments in this process.

const { options } = require('../../common/report')

const [file, ...args] = options()
process.argv.splice(2, 1, ...args)
require(file)
