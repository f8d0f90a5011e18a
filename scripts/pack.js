'use strict'

// npm run pack -- <folder> [--artifacts <folder>] [--all]: every tarball there is to publish, made with npm pack.
//
// The main package gets its platform packages as optionalDependencies here and nowhere else: in the tree they would have to be on
// the registry before anybody could install what is being worked on. A platform whose binary was not built is left out and said
// so; with --all that is an error. Binaries are taken from lib/engine or from --artifacts.

const fs = require('node:fs')
const os = require('node:os')
const path = require('node:path')
const { spawnSync } = require('node:child_process')
const { parseArgs } = require('node:util')
const { root } = require('./run')

const NPM = path.join(root, 'npm')
// What only this repository needs. A published package has no script that npm could run.
const PRIVATE = ['scripts', 'devDependencies', 'overrides', 'ava', 'napi']

const manifestOf = (folder) => JSON.parse(fs.readFileSync(path.join(folder, 'package.json'), 'utf8'))

/** The packages beside the main one: `{ folder, manifest, binary }`, `binary` only of a platform. */
function beside() {
  const folders = fs.readdirSync(NPM, { withFileTypes: true }).filter((entry) => entry.isDirectory())
  return folders.map(({ name }) => {
    const folder = path.join(NPM, name)
    const manifest = manifestOf(folder)
    return { folder, manifest, binary: manifest.main.endsWith('.node') ? manifest.main : undefined }
  })
}

/** Runs npm pack, gives what it says of the tarball. */
function npmPack(folder, ...args) {
  const cli = process.env.npm_execpath
  const [command, first] = cli && /npm-cli\.c?js$/.test(cli) ? [process.execPath, [cli]] : ['npm', []]
  const { status, stdout, stderr } = spawnSync(
    command,
    [...first, 'pack', '--json', '--ignore-scripts', '--loglevel=error', ...args],
    { cwd: folder, encoding: 'utf8', shell: process.platform === 'win32' && command === 'npm' }
  )
  if (status !== 0) throw new Error(`npm pack failed in ${folder}:\n${stderr}`)
  return Object.values(JSON.parse(stdout))[0]
}

/** Says where the package comes from, which provenance is checked against; known where the release is made. */
function repository(folder) {
  const { GITHUB_SERVER_URL = 'https://github.com', GITHUB_REPOSITORY } = process.env
  if (!GITHUB_REPOSITORY) return {}
  const directory = path.relative(root, folder).replaceAll('\\', '/')
  const url = `git+${GITHUB_SERVER_URL}/${GITHUB_REPOSITORY}.git`
  return { repository: { type: 'git', url, ...(directory && { directory }) } }
}

/** Copies what a package publishes, with another package.json, and packs the copy. */
function packCopy({ folder, files, manifest, binary }, { out, staging }) {
  const copy = fs.mkdtempSync(path.join(staging, 'package-'))
  for (const file of files) {
    fs.mkdirSync(path.dirname(path.join(copy, file)), { recursive: true })
    fs.copyFileSync(path.join(folder, file), path.join(copy, file))
  }
  if (binary) fs.copyFileSync(binary, path.join(copy, path.basename(binary)))
  fs.copyFileSync(path.join(root, 'LICENSE'), path.join(copy, 'LICENSE'))
  fs.writeFileSync(
    path.join(copy, 'package.json'),
    `${JSON.stringify({ ...manifest, ...repository(folder) }, null, 2)}\n`
  )
  return npmPack(copy, '--pack-destination', out)
}

function filesOf(folder) {
  return npmPack(folder, '--dry-run').files.map(({ path }) => path)
}

function packMain(platforms, places) {
  const manifest = manifestOf(root)
  for (const key of PRIVATE) delete manifest[key]
  manifest.files = manifest.files.filter((pattern) => !pattern.endsWith('.node'))
  manifest.optionalDependencies = Object.fromEntries(
    platforms.map(({ manifest: { name } }) => [name, manifest.version])
  )
  const files = filesOf(root).filter((file) => !file.endsWith('.node'))
  return packCopy({ folder: root, files, manifest }, places)
}

function packBeside({ folder, manifest, binary }, { version }, places) {
  const files = filesOf(folder)
  if (binary) return packCopy({ folder, files, binary, manifest: { ...manifest, version } }, places)
  return packCopy({ folder, files, manifest: { ...manifest, dependencies: { 'napi-ipc': version } } }, places)
}

function main() {
  const options = {
    artifacts: { type: 'string', default: path.join(root, 'lib', 'engine') },
    all: { type: 'boolean' }
  }
  const { values, positionals } = parseArgs({ options, allowPositionals: true })
  if (positionals.length !== 1)
    throw new Error('usage: npm run pack -- <folder> [--artifacts <folder>] [--all]')
  const out = path.resolve(positionals[0])
  fs.mkdirSync(out, { recursive: true })
  const staging = fs.mkdtempSync(path.join(os.tmpdir(), 'napi-ipc-pack-'))
  try {
    const places = { out, staging }
    const others = beside().map((one) => ({
      ...one,
      binary: one.binary && path.resolve(values.artifacts, one.binary)
    }))
    const platforms = others.filter(({ binary }) => binary)
    const missing = platforms.filter(({ binary }) => !fs.existsSync(binary))
    const made = [packMain(platforms, places)]
    const there = others.filter((one) => !missing.includes(one))
    for (const one of there) made.push(packBeside(one, manifestOf(root), places))
    for (const { filename, size, unpackedSize } of made)
      console.log(`${filename}  ${size} bytes, ${unpackedSize} unpacked`)
    for (const { manifest, binary } of missing)
      console.log(`${manifest.name}: not packed, there is no ${binary}`)
    if (values.all && missing.length > 0) throw new Error(`${missing.length} platforms are missing`)
  } finally {
    fs.rmSync(staging, { recursive: true, force: true })
  }
}

main()
