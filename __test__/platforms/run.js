'use strict'

// The dialects' suites on a Windows of its own, with the binary that is there: node __test__/platforms/run.js. What cannot work
// there is in not-run.js.

const path = require('node:path')
const { root, run } = require('../../scripts/run')
const { DIALECTS, exceptions, selection } = require('./selection')

if (process.platform !== 'win32') throw new Error('this is for Windows: elsewhere npm test runs everything')

const ava = path.join(root, 'node_modules', 'ava', 'entrypoints', 'cli.mjs')
const failed = DIALECTS.filter((dialect) => {
  console.log(`${dialect} …`)
  return !run(process.execPath, [ava, ...selection(dialect, false)])
})
for (const { file, title = '*', reason } of exceptions(false))
  console.log(`not run: ${file} › ${title}: ${reason}`)
if (failed.length > 0) throw new Error(`failed: ${failed.join(', ')}`)
