'use strict'

// The original libraries, installed in ../peers with `npm ci --ignore-scripts` (`npm test` does it).

const fs = require('node:fs')
const path = require('node:path')

const HOME = path.join(__dirname, '..', 'peers', 'node_modules')

/** The folder of the peer `name` (as in ../peers/package.json). */
function folder(name) {
  const found = path.join(HOME, name)
  if (!fs.existsSync(path.join(found, 'package.json'))) {
    throw new Error(
      `the peer library '${name}' is not installed: run \`npm ci --ignore-scripts\` in __test__/peers (npm test does)`
    )
  }
  return found
}

/** The file to require or import for the peer `name`. */
function entry(name) {
  const found = folder(name)
  const { main } = JSON.parse(fs.readFileSync(path.join(found, 'package.json')))
  return path.join(found, main)
}

/** Whether this Node meets what the peer says it needs; decide with it which tests to register. */
function supported(name) {
  const { engines } = JSON.parse(fs.readFileSync(path.join(folder(name), 'package.json')))
  const wanted = /^>=(\d+)(?:\.(\d+))?/.exec(engines?.node ?? '>=0')
  const [major, minor] = process.versions.node.split('.').map(Number)
  return major > +wanted[1] || (major === +wanted[1] && minor >= +(wanted[2] ?? 0))
}

module.exports = { folder, entry, supported }
