'use strict'

const fs = require('node:fs')
const path = require('node:path')
const { execFile } = require('node:child_process')
const { directory } = require('../common/places')

const BIN = path.join(__dirname, '..', '..', 'bin', 'napi-ipc.js')

/** A project of the test's own: a folder with these files, given as text or as what JSON.stringify makes text of. */
function project(t, files) {
  const folder = directory(t)
  for (const [name, contents] of Object.entries(files)) {
    const plain = typeof contents === 'string' || Buffer.isBuffer(contents)
    const text = plain ? contents : `${JSON.stringify(contents, null, 2)}\n`
    fs.mkdirSync(path.dirname(path.join(folder, name)), { recursive: true })
    fs.writeFileSync(path.join(folder, name), text)
  }
  return folder
}

/** Every file in a folder with its bytes. */
function contents(folder) {
  const names = fs
    .readdirSync(folder, { recursive: true })
    .filter((name) => fs.statSync(path.join(folder, name)).isFile())
  return Object.fromEntries(
    names.sort().map((name) => [name, fs.readFileSync(path.join(folder, name), 'latin1')])
  )
}

// One at a time: all tests of a file begin at once, and so many processes would leave nothing of the machine to other files.
let turn = Promise.resolve()

/** Runs the command with environment variables of its own; resolves to `{ code, out, err }`. */
function adoptWith(...given) {
  turn = turn.then(() => spawned(...given))
  return turn
}

function spawned(more, folder, ...args) {
  const env = { ...process.env, ...more }
  // What the machine says of itself is not what is tested.
  for (const name of ['NO_COLOR', 'FORCE_COLOR', 'npm_config_user_agent'])
    if (!(name in more)) delete env[name]
  return new Promise((resolve) => {
    execFile(process.execPath, [BIN, 'adopt', ...args, folder], { env }, (error, out, err) =>
      resolve({ code: error ? error.code : 0, out, err })
    )
  })
}

const adopt = (...args) => adoptWith({}, ...args)

/** What `--json` says. */
async function listed(folder, ...args) {
  return JSON.parse((await adopt(folder, '--json', ...args)).out)
}

const json = (folder) =>
  JSON.parse(fs.readFileSync(path.join(folder, 'package.json'), 'utf8').replace('\ufeff', ''))

/** A package-lock.json: places under node_modules with what stands there. */
function npmLock(root, places) {
  const entries = Object.entries(places).map(([place, entry]) => [`node_modules/${place}`, entry])
  return { name: 'x', lockfileVersion: 3, packages: { '': root, ...Object.fromEntries(entries) } }
}

module.exports = { adopt, adoptWith, contents, json, listed, npmLock, project }
