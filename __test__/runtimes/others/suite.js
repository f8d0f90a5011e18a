'use strict'

// What of the suite runs where npm has no Node of its own: every dialect's folder, but for what not-run.json lists.

const fs = require('node:fs')
const path = require('node:path')
const { root } = require('../../../scripts/run')
const listed = require('./not-run.json')

const DIALECTS = ['node-ipc', 'node-ipc-v14', 'nssocket', 'ipcio', 'socket-ipc', 'socket-model']

/** The test files of a dialect, from the project's folder. */
function filesOf(folder) {
  const files = fs.readdirSync(path.join(root, '__test__', folder))
  return files.filter((file) => file.endsWith('.test.js')).map((file) => `__test__/${folder}/${file}`)
}

/** The exceptions of a runtime in a dialect: `{ file, title, reason }`, without a title for the whole file. */
function exceptions(runtime, folder) {
  const begin = `${folder}/`
  return listed
    .filter(({ runtimes, file }) => runtimes.includes(runtime) && file.startsWith(begin))
    .map(({ file, title, reason }) => ({ file: file.slice(begin.length), title, reason }))
}

/** Whether an exception is about the test `title`, as ava prints it: `file › title`. */
function matches({ file, title }, printed) {
  const begin = `${file} › `
  if (!printed.startsWith(begin)) return false
  if (title === undefined) return true
  const pattern = title
    .split('*')
    .map((text) => text.replace(/[\\^$.|?+()[\]{}]/g, '\\$&'))
    .join('.*')
  return new RegExp(`^${pattern}$`, 's').test(printed.slice(begin.length))
}

module.exports = { DIALECTS, filesOf, exceptions, matches }
