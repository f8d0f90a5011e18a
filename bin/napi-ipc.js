#!/usr/bin/env node
'use strict'

// npx napi-ipc adopt: see lib/adopt.

const { main } = require('../lib/adopt')

process.exitCode = main(process.argv.slice(2), process)
