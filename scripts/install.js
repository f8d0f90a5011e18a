'use strict'

const fs = require('node:fs')
const path = require('node:path')
const { createHash } = require('node:crypto')
const { npm, root } = require('./run')
const { stop } = require('./toolchain')

function read(file) {
  try {
    return fs.readFileSync(file, 'utf8')
  } catch {
    return undefined
  }
}

function changedAt(file) {
  return fs.statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0
}

/**
 * Installs exactly what a folder's lock file names, unless that is what is there already. No install
 * script of any package is run.
 */
function ensureInstalled(folder = '.') {
  const cwd = path.join(root, folder)
  const lock = path.join(cwd, 'package-lock.json')
  const stamp = path.join(cwd, 'node_modules', '.napi-ipc-lock')
  const wanted = createHash('sha256').update(fs.readFileSync(lock)).digest('hex')
  const installed = read(stamp)
  if (installed === wanted) return

  // npm writes this file last. Newer than the lock file means: somebody ran npm here by hand.
  const byHand = changedAt(path.join(cwd, 'node_modules', '.package-lock.json')) > changedAt(lock)
  if (installed !== undefined || !byHand) {
    console.log(`Installing ${folder === '.' ? 'dependencies' : folder} (npm ci) …`)
    if (!npm(['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], { cwd })) {
      stop(`npm ci failed in ${folder === '.' ? 'the project folder' : folder}: see its message above.`)
    }
  }
  fs.writeFileSync(stamp, wanted)
}

module.exports = { ensureInstalled }
