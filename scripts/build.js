'use strict'

// Builds the native engine in release mode, once: a build is up to date as long as its inputs have the
// same contents and the binary is the one it left. Contents, not times: git touches files it has not changed.

const fs = require('node:fs')
const path = require('node:path')
const { createHash } = require('node:crypto')
const { bin, root } = require('./run')
const toolchain = require('./toolchain')
const { ensureInstalled } = require('./install')

const OUTPUT = path.join(root, 'lib', 'engine')
const INPUTS = ['src', 'build.rs', 'Cargo.toml', 'Cargo.lock', '.cargo', 'rust-toolchain.toml']
const STAMP = path.join(
  root,
  'node_modules',
  '.cache',
  'napi-ipc',
  `${process.platform}-${process.arch}.json`
)

function* files(name) {
  const full = path.join(root, name)
  const stat = fs.statSync(full, { throwIfNoEntry: false })
  if (stat?.isFile()) yield name
  if (!stat?.isDirectory()) return
  for (const entry of fs.readdirSync(full).sort()) yield* files(`${name}/${entry}`)
}

function inputs() {
  const { name, version, napi, devDependencies } = require('../package.json')
  const hash = createHash('sha256')
  hash.update(JSON.stringify([name, version, napi, devDependencies['@napi-rs/cli']]))
  for (const input of INPUTS) {
    for (const file of files(input)) {
      const contents = fs.readFileSync(path.join(root, file))
      hash.update(`\n${file}\n${contents.length}\n`).update(contents)
    }
  }
  return hash.digest('hex')
}

function describe(binary) {
  const stat = fs.statSync(path.join(OUTPUT, binary), { throwIfNoEntry: false })
  return stat && { binary, size: stat.size, mtimeMs: stat.mtimeMs }
}

function newestBinary() {
  const built = fs
    .readdirSync(OUTPUT)
    .filter((file) => file.endsWith('.node'))
    .map(describe)
  return built.sort((a, b) => b.mtimeMs - a.mtimeMs)[0]
}

function upToDate(hash) {
  try {
    const stamp = JSON.parse(fs.readFileSync(STAMP, 'utf8'))
    const now = describe(stamp.binary)
    return (
      stamp.hash === hash &&
      now?.size === stamp.size &&
      now.mtimeMs === stamp.mtimeMs &&
      fs.existsSync(path.join(OUTPUT, 'native.js'))
    )
  } catch {
    return false
  }
}

function build() {
  const options = ['--platform', '--release', '--output-dir', 'lib/engine']
  const generated = ['--js', 'native.js', '--dts', 'native.d.ts']
  return bin('@napi-rs/cli', 'dist/cli.js', ['build', ...options, ...generated])
}

/** Builds if anything that goes into the binary has changed. */
function ensureBuilt() {
  // Read before the build: an edit made while it runs must count as a change.
  const hash = inputs()
  if (upToDate(hash)) return
  toolchain.requireCargo()
  console.log('Building the native engine (about a minute the first time) …')
  if (!build()) {
    toolchain.explainFailedBuild()
    toolchain.stop('The native engine could not be built: see the message of the compiler above.')
  }
  fs.mkdirSync(path.dirname(STAMP), { recursive: true })
  fs.writeFileSync(STAMP, JSON.stringify({ hash, ...newestBinary() }))
}

module.exports = { ensureBuilt }

if (require.main === module) {
  toolchain.requireNode()
  ensureInstalled()
  ensureBuilt()
  console.log('The native engine is up to date.')
}
