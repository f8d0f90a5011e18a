'use strict'

const os = require('node:os')
const path = require('node:path')
const { spawnSync } = require('node:child_process')
const product = require('../package.json')

function firstLine(command, args) {
  const { status, stdout } = spawnSync(command, args, { cwd: path.join(__dirname, '..'), encoding: 'utf8' })
  return status === 0 ? stdout.trim() : undefined
}

/** What the numbers were measured on and with. */
function machine(node) {
  const cpus = os.cpus()
  const { dependencies } = require('./package.json')
  return {
    date: new Date().toISOString(),
    cpu: cpus[0]?.model.trim(),
    cores: cpus.length,
    system: `${os.type()} ${os.release()} ${os.arch()}`,
    node: firstLine(node, ['-p', 'process.version']),
    'napi-ipc': product.version,
    commit: firstLine('git', ['rev-parse', '--short', 'HEAD']),
    peers: dependencies
  }
}

module.exports = { machine }
