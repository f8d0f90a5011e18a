'use strict'

// What builds: zig as the linker, from PyPI, and Rust's own standard library for every target, from rustup.

const fs = require('node:fs')
const path = require('node:path')
const { spawnSync } = require('node:child_process')
const { folderOf } = require('./cache')

/** Programs that have to be there, and the package of Debian that has each. */
const NEEDED = {
  cargo: 'rustup (https://rustup.rs)',
  rustup: 'rustup (https://rustup.rs)',
  python3: 'python3 and python3-venv',
  readelf: 'binutils'
}
const NEEDED_TO_RUN = { 'apt-get': 'apt', 'dpkg-deb': 'dpkg' }

const there = (program) => spawnSync(program, ['--version'], { stdio: 'ignore' }).error === undefined

/** Says all that is missing at once. */
function requirePrograms() {
  if (process.platform !== 'linux' || process.arch !== 'x64')
    throw new Error('this lane is for Linux on x64: the other platforms are built and emulated from there')
  const missing = Object.entries({ ...NEEDED, ...NEEDED_TO_RUN }).filter(([program]) => !there(program))
  if (missing.length === 0) return
  throw new Error(missing.map(([program, where]) => `${program} is missing: install ${where}`).join('\n'))
}

/** Runs a command that must succeed; gives what it printed. */
function must(command, args, options = {}) {
  const { status, error, stdout, stderr } = spawnSync(command, args, {
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    ...options
  })
  if (error) throw new Error(`${command}: ${error.message}`)
  if (status !== 0) throw new Error(`${command} ${args[0]} ended with ${status}:\n${stdout}${stderr}`)
  return stdout
}

/** The folder of cargo-zigbuild and zig. */
function zigbuild() {
  const list = path.join(__dirname, 'requirements.txt')
  const content = fs.readFileSync(list, 'utf8')
  return path.join(
    folderOf('zig', content, (folder) => {
      must('python3', ['-m', 'venv', folder])
      must(path.join(folder, 'bin', 'pip'), ['install', '--quiet', '--require-hashes', '-r', list])
    }),
    'bin'
  )
}

const addTarget = (triple) => must('rustup', ['target', 'add', triple])

module.exports = { requirePrograms, must, zigbuild, addTarget }
