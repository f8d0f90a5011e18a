'use strict'

// A registry on loopback: verdaccio, which keeps what is published to it in a folder and hands everything else on.

const fs = require('node:fs')
const path = require('node:path')
const { execFileSync, spawn } = require('node:child_process')
const { freePort } = require('../common/places')

const BIN = path.join(__dirname, 'node_modules', 'verdaccio', 'bin', 'verdaccio')
const OURS = ['napi-ipc', 'napi-ipc-*', '@napi-ipc/*']

/** Where packages come from on this machine. */
function upstream() {
  return execFileSync('npm', ['config', 'get', 'registry'], {
    encoding: 'utf8',
    shell: process.platform === 'win32',
    stdio: ['ignore', 'pipe', 'ignore']
  }).trim()
}

function configuration(folder) {
  const own = OURS.map(
    (name) => `  '${name}':\n    access: $all\n    publish: $all\n    unpublish: $all\n`
  ).join('')
  return `storage: ${JSON.stringify(path.join(folder, 'storage'))}
uplinks:
  above:
    url: ${JSON.stringify(upstream())}
    maxage: 30m
packages:
${own}  '**':
    access: $all
    proxy: above
log: { type: stdout, format: json, level: warn }
`
}

/** Starts one; resolves to `{ url, stop }` when it answers. */
async function start(folder) {
  const port = await freePort()
  const url = `http://127.0.0.1:${port}/`
  const file = path.join(folder, 'verdaccio.yaml')
  fs.writeFileSync(file, configuration(folder))
  const child = spawn(process.execPath, [BIN, '--config', file, '--listen', `127.0.0.1:${port}`], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe']
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text) => (output += text))
  const gone = new Promise((resolve) => child.on('close', resolve))
  const stop = () => {
    child.kill()
    return gone
  }
  for (let attempt = 0; attempt < 300 && child.exitCode === null; attempt++) {
    const answer = await fetch(`${url}-/ping`).catch(() => undefined)
    if (answer?.ok) return { url, stop }
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  await stop()
  throw new Error(`the registry does not answer:\n${output}`)
}

module.exports = { start }
