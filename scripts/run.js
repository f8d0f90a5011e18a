'use strict'

const path = require('node:path')
const { spawn, spawnSync } = require('node:child_process')

const root = path.join(__dirname, '..')

/** Runs a command on this terminal. True if it succeeded. */
function run(command, args, options = {}) {
  const { status, error } = spawnSync(command, args, { cwd: root, stdio: 'inherit', ...options })
  if (error) console.error(`${command}: ${error.message}`)
  return status === 0
}

/** Runs a command, shows its output as it comes and returns it too. */
function runAndRead(command, args, options = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd: root, stdio: ['inherit', 'pipe', 'inherit'], ...options })
    let output = ''
    child.stdout.setEncoding('utf8')
    child.stdout.on('data', (text) => {
      output += text
      process.stdout.write(text)
    })
    child.on('error', (error) => {
      console.error(`${command}: ${error.message}`)
      resolve({ ok: false, output })
    })
    child.on('close', (status) => resolve({ ok: status === 0, output }))
  })
}

/** Runs npm, the same one that started this script if one did. */
function npm(args, options) {
  const cli = process.env.npm_execpath
  if (cli && /^npm.*\.c?js$/.test(path.basename(cli))) return run(process.execPath, [cli, ...args], options)
  return run('npm', args, { shell: process.platform === 'win32', ...options })
}

/** Runs the command-line program of an installed package with the Node given. */
function bin(name, file, args, options = {}) {
  const { node = process.execPath, read = false, ...rest } = options
  const script = path.join(root, 'node_modules', name, file)
  return (read ? runAndRead : run)(node, [script, ...args], rest)
}

module.exports = { root, run, runAndRead, npm, bin }
