'use strict'

const fs = require('node:fs')
const path = require('node:path')
const { execFile } = require('node:child_process')
const test = require('ava').default
const { directory } = require('../common/places')

const ROOT = path.join(__dirname, '..', '..')
const BINARY = fs.readdirSync(path.join(ROOT, 'lib', 'engine')).find((file) => file.endsWith('.node'))

/** The package as it is installed, without a binary. */
function installed(t) {
  const folder = path.join(directory(t), 'node_modules', 'napi-ipc')
  const copied = (source) => !source.endsWith('.node')
  for (const name of ['package.json', 'index.js', 'lib']) {
    fs.cpSync(path.join(ROOT, name), path.join(folder, name), { recursive: true, filter: copied })
  }
  // What one of the dialects needs beside the engine.
  fs.symlinkSync(
    path.join(ROOT, 'node_modules', 'eventemitter2'),
    path.join(folder, '..', 'eventemitter2'),
    'junction'
  )
  return folder
}

/** Runs a script in the folder; resolves to what it prints as JSON. */
function evaluate(folder, script, env = {}) {
  return new Promise((resolve, reject) => {
    const options = { cwd: folder, env: { ...process.env, NAPI_RS_NATIVE_LIBRARY_PATH: '', ...env } }
    execFile(process.execPath, ['-e', script], options, (error, out, err) => {
      if (error) reject(new Error(err))
      else resolve(JSON.parse(out))
    })
  })
}

const FAIL = `
  const seen = []
  for (const dialect of ['node-ipc', 'node-ipc/v14', 'nssocket', 'ipcio', 'socket-ipc', 'socket-model']) {
    try {
      require('./lib/' + dialect)
      require('./lib/engine')
    } catch (error) {
      const { name, code, message, platform, arch, libc, tried, cause } = error
      seen.push({ name, code, message, platform, arch, libc, tried, cause: cause?.message, error: error instanceof Error })
    }
  }
  console.log(JSON.stringify(seen))
`

test('without a binary: one error that says what machine it is, what was tried and what to do', async (t) => {
  const seen = await evaluate(installed(t), FAIL)
  t.is(seen.length, 6)
  const [{ name, code, message, platform, arch, libc, tried, cause, error }] = seen
  t.deepEqual([name, code, error], ['NoBinaryError', 'ERR_IPC_NO_BINARY', true])
  t.deepEqual([platform, arch], [process.platform, process.arch])
  t.is(tried.length, 2, 'a file beside the loader and a package')
  t.true(tried.some((line) => line.startsWith(`${BINARY} beside `)))
  t.true(tried.some((line) => /^napi-ipc-\S+: not installed$/.test(line)))
  for (const part of [platform, arch, libc ?? platform, ...tried]) t.true(message.includes(part), message)
  t.regex(message, /--omit=optional/)
  t.regex(message, /NAPI_RS_NATIVE_LIBRARY_PATH/)
  t.notRegex(message, /Require stack|wasi|wasm/)
  t.is(typeof cause, 'string')
  for (const { code } of seen) t.is(code, 'ERR_IPC_NO_BINARY', 'every dialect, every time')
})

test('NAPI_RS_NATIVE_LIBRARY_PATH: the binary it names is used', async (t) => {
  const file = path.join(directory(t), 'elsewhere.node')
  fs.copyFileSync(path.join(ROOT, 'lib', 'engine', BINARY), file)
  const script = 'console.log(JSON.stringify(require("./index.js").diagnostics()))'
  const { version } = await evaluate(installed(t), script, { NAPI_RS_NATIVE_LIBRARY_PATH: file })
  t.is(version, require('../../package.json').version)
})

const WRONG = {
  'a file that is not there': [undefined, /not installed|not there|Cannot find/],
  'a file that is no library': ['not a library', /./],
  'another addon': ['module.exports = {}', /not the engine of this package/]
}

for (const [name, [contents, reason]] of Object.entries(WRONG)) {
  test(`NAPI_RS_NATIVE_LIBRARY_PATH: ${name}`, async (t) => {
    const file = path.join(directory(t), name === 'another addon' ? 'addon.js' : 'addon.node')
    if (contents !== undefined) fs.writeFileSync(file, contents)
    const [{ code, tried, message }] = await evaluate(installed(t), FAIL, {
      NAPI_RS_NATIVE_LIBRARY_PATH: file
    })
    t.is(code, 'ERR_IPC_NO_BINARY')
    t.is(tried.length, 1, 'nothing else is tried')
    t.regex(tried[0], reason)
    t.regex(message, /NAPI_RS_NATIVE_LIBRARY_PATH is set: it must be the absolute path/)
  })
}
