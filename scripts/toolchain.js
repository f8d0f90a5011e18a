'use strict'

// Says in one sentence what is missing on this machine. Runs before anything is installed and must be
// readable by the old Node it refuses, so: no dependency, no `node:` prefix, no recent syntax.

const fs = require('fs')
const path = require('path')
const { spawnSync } = require('child_process')

// The package runs on any Node 20; the tool that builds it (@napi-rs/cli) needs this one.
const NODE = [20, 17]

function stop(sentence) {
  console.error('\n' + sentence)
  process.exit(1)
}

function atLeast(found, wanted) {
  return found[0] > wanted[0] || (found[0] === wanted[0] && found[1] >= wanted[1])
}

function requireNode() {
  const found = process.versions.node.split('.').map(Number)
  if (!atLeast(found, NODE)) {
    stop(
      `Building napi-ipc needs Node.js ${NODE.join('.')} or later and this is ${process.version}: ` +
        'install a current release from https://nodejs.org and run the command again.'
    )
  }
}

function requireCargo() {
  const manifest = fs.readFileSync(path.join(__dirname, '..', 'Cargo.toml'), 'utf8')
  const wanted = manifest.match(/^rust-version = "(\d+\.\d+)/m)[1]
  const answer = spawnSync('cargo', ['--version'], { encoding: 'utf8' })
  const install = `install it from https://rustup.rs and run the command again.`
  if (answer.error || answer.status !== 0) {
    stop(
      `napi-ipc is built from source here and needs Rust ${wanted} or later, but cargo was not found: ${install}`
    )
  }
  const found = /^cargo (\d+)\.(\d+)/.exec(answer.stdout)
  if (found && !atLeast([Number(found[1]), Number(found[2])], wanted.split('.').map(Number))) {
    stop(`napi-ipc needs Rust ${wanted} or later and this is ${found[1]}.${found[2]}: ${install}`)
  }
}

// Rust links with the system's C compiler; without one cargo fails far from the cause.
function explainFailedBuild() {
  if (process.platform === 'win32') return
  const answer = spawnSync('cc', ['--version'], { stdio: 'ignore' })
  if (!answer.error) return
  const how = process.platform === 'darwin' ? 'xcode-select --install' : 'for example apt install gcc'
  stop(`Rust needs a C linker and there is no cc on this machine: install one (${how}) and try again.`)
}

module.exports = { requireNode, requireCargo, explainFailedBuild, stop }
