'use strict'

// Builds the engine for one target, and looks at what came out.

const fs = require('node:fs')
const path = require('node:path')
const { spawnSync } = require('node:child_process')
const { root } = require('../run')
const { inCache } = require('./cache')
const { must, zigbuild, addTarget } = require('./toolchain')
const windows = require('./windows')

/** Where `npm run pack -- <folder> --artifacts target/platforms` takes the binaries from. */
const ARTIFACTS = path.join(root, 'target', 'platforms')
const OUTPUT = { linux: 'libnapi_ipc.so', darwin: 'libnapi_ipc.dylib', win32: 'napi_ipc.dll' }

/** napi-build wants a libnode.dll to link with. Every symbol of Node is looked up at run time, so it may be an empty one. */
function libnode(zig) {
  const folder = inCache('libnode-arm64')
  fs.mkdirSync(folder, { recursive: true })
  const file = (name) => path.join(folder, name)
  fs.writeFileSync(file('libnode.dll'), '')
  fs.writeFileSync(file('node.def'), 'LIBRARY libnode.dll\nEXPORTS\n')
  const tool = ['-m', 'ziglang', 'dlltool', '-m', 'arm64', '-d', file('node.def'), '-l']
  for (const name of ['libnode.a', 'libnode.dll.a', 'node.lib'])
    must(path.join(zig, 'python3'), [...tool, file(name)])
  return { LIBNODE_PATH: folder }
}

function zig({ triple, glibc, env, libnode: needsNode }) {
  const bin = zigbuild()
  addTarget(triple)
  const output = inCache('target')
  const { status, stderr } = spawnSync(
    'cargo',
    ['zigbuild', '--release', '--lib', '--locked', '--target', glibc ? `${triple}.${glibc}` : triple],
    {
      cwd: root,
      encoding: 'utf8',
      maxBuffer: 1 << 28,
      env: {
        ...process.env,
        ...env,
        ...(needsNode && libnode(bin)),
        CARGO_TARGET_DIR: output,
        PATH: `${bin}${path.delimiter}${process.env.PATH}`
      }
    }
  )
  if (status !== 0) throw new Error(stderr)
  return path.join(output, triple, 'release')
}

/** Builds a target, gives the file of its binary. */
function build(target) {
  const { platform } = target
  const system = platform.split('-')[0]
  const built = target.windows ? windows.build(inCache('windows')) : path.join(zig(target), OUTPUT[system])
  fs.mkdirSync(ARTIFACTS, { recursive: true })
  const artifact = path.join(ARTIFACTS, `napi-ipc.${platform}.node`)
  fs.copyFileSync(built, artifact)
  return artifact
}

/** What of a libc a binary asks for: the newest version of glibc's symbols, else whose libc it is. */
function libc({ platform }, file) {
  if (!platform.startsWith('linux')) return '–'
  const versions = [...must('readelf', ['-W', '--version-info', file]).matchAll(/Name: GLIBC_(\d+)\.(\d+)/g)]
  if (versions.length === 0) return 'musl'
  const newest = versions
    .map(([, ...numbers]) => numbers.map(Number))
    .sort(([a, b], [c, d]) => a - c || b - d)
  return newest.at(-1).join('.')
}

module.exports = { ARTIFACTS, build, libc }
