'use strict'

// What of a dialect's suite runs on Windows: all but what not-run.js lists.

const listed = Object.entries(require('./not-run'))

/** Their folders. */
const DIALECTS = ['node-ipc', 'node-ipc-v14', 'nssocket', 'ipcio', 'socket-ipc', 'socket-model']
/** What the reasons begin with that are not about Windows itself. */
const WINE = 'wine:'

/** What is not run, `{ file, title, reason }` each, without a title for the whole file. */
function exceptions(wine) {
  const all = listed.flatMap(([file, what]) =>
    typeof what === 'string'
      ? [{ file, reason: what }]
      : Object.entries(what).map(([title, reason]) => ({ file, title, reason }))
  )
  return all.filter(({ reason }) => wine || !reason.startsWith(WINE))
}

/** What ava is told of a dialect: files and titles. */
function selection(dialect, wine) {
  const args = [`__test__/${dialect}/*.test.js`, '--match=*']
  for (const { file, title } of exceptions(wine)) {
    if (!file.startsWith(`${dialect}/`)) continue
    args.push(title === undefined ? `!__test__/${file}` : `--match=!${title}`)
  }
  return args
}

module.exports = { DIALECTS, exceptions, selection }
