'use strict'

/** The one error of an installation without a binary for this machine: what it is, what was tried, what to do. */

const PLATFORMS = [
  'linux x64 and arm64 (glibc 2.17 or later, or musl)',
  'darwin x64 and arm64',
  'win32 x64 and arm64'
]

/** The C library Node was started with; only Linux has a choice. */
function libc() {
  if (process.platform !== 'linux') return undefined
  process.report.excludeNetwork = true
  const { header, sharedObjects = [] } = process.report.getReport()
  if (header.glibcVersionRuntime) return `glibc ${header.glibcVersionRuntime}`
  return sharedObjects.some((file) => /libc\.musl-|ld-musl-/.test(file)) ? 'musl' : 'unknown libc'
}

/** One line for an attempt: the rest of a message from the module loader is a stack. */
function attempt({ message }) {
  const [first] = message.split('\n')
  const missing = /^Cannot find module '(.*)'/.exec(first)
  if (!missing) return first
  return missing[1].startsWith('.')
    ? `${missing[1].slice(2)} beside ${__dirname}: not there`
    : `${missing[1]}: not installed`
}

/** What was tried, first to last. The loader also looks for WebAssembly, which nobody publishes. */
function attempts(error) {
  const tried = []
  for (let cause = error.cause; cause; cause = cause.cause) tried.unshift(attempt(cause))
  const relevant = tried.filter((line) => !/wasi\b|wasm32/.test(line))
  return [...new Set(relevant.length > 0 ? relevant : [attempt(error)])]
}

function advice(override) {
  if (override) {
    return [
      'NAPI_RS_NATIVE_LIBRARY_PATH is set: it must be the absolute path of a binary of this version for this machine.'
    ]
  }
  return [
    `There are binaries for ${PLATFORMS.join('; ')}.`,
    'If this machine is one of them, its package was not installed: allow optional dependencies (no --omit=optional), and if',
    'node_modules or the lock file come from another kind of machine, remove both and install again.',
    'Everywhere else build it: clone the repository, run npm run build (needs Rust and a C linker), and set',
    'NAPI_RS_NATIVE_LIBRARY_PATH to the absolute path of the .node file it leaves in lib/engine.'
  ]
}

class NoBinaryError extends Error {
  /** @param {Error} cause what the generated loader said */
  constructor(cause) {
    const { platform, arch } = process
    const runtime = libc()
    const tried = attempts(cause)
    const machine = [platform, arch, runtime, `Node ${process.versions.node}`].filter(Boolean).join(', ')
    const lines = [
      `napi-ipc has no binary that works here (${machine}).`,
      'Tried:',
      ...tried.map((line) => `  - ${line}`),
      ...advice(process.env.NAPI_RS_NATIVE_LIBRARY_PATH)
    ]
    super(lines.join('\n'), { cause })
    this.name = 'NoBinaryError'
    this.code = 'ERR_IPC_NO_BINARY'
    Object.assign(this, { platform, arch, libc: runtime, tried })
  }
}

module.exports = { NoBinaryError }
