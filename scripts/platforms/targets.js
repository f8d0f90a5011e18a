'use strict'

// What there is to build, in the order of napi.targets: how it is linked, and where it can run.

/** The oldest glibc a binary may ask for. */
const GLIBC = '2.17'
/** A musl of the system is linked, not a copy of it: Node has its own functions in the same process. */
const SHARED = { RUSTFLAGS: '-C target-feature=-crt-static' }
const MACOS = { MACOSX_DEPLOYMENT_TARGET: '11.0' }
const NOT_HERE = (system) => `links only: there is no ${system} here`

const TARGETS = [
  { triple: 'x86_64-unknown-linux-gnu', platform: 'linux-x64-gnu', glibc: GLIBC, node: 'gnuX64' },
  { triple: 'aarch64-unknown-linux-gnu', platform: 'linux-arm64-gnu', glibc: GLIBC, node: 'gnuArm64' },
  { triple: 'x86_64-unknown-linux-musl', platform: 'linux-x64-musl', env: SHARED, node: 'muslX64' },
  { triple: 'aarch64-unknown-linux-musl', platform: 'linux-arm64-musl', env: SHARED, node: 'muslArm64' },
  { triple: 'x86_64-apple-darwin', platform: 'darwin-x64', env: MACOS, unrun: NOT_HERE('macOS') },
  { triple: 'aarch64-apple-darwin', platform: 'darwin-arm64', env: MACOS, unrun: NOT_HERE('macOS') },
  // Published with Microsoft's ABI, built here with that of GNU and LLVM: the same source, another linker.
  { triple: 'x86_64-pc-windows-gnu', platform: 'win32-x64-msvc', windows: true },
  {
    triple: 'aarch64-pc-windows-gnullvm',
    platform: 'win32-arm64-msvc',
    libnode: true,
    unrun: NOT_HERE('Windows for arm64')
  }
]

module.exports = { TARGETS }
