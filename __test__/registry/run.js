'use strict'

// npm run test:registry: what a user does. Everything is published to a registry on loopback; npm, pnpm and both kinds of Yarn install
// it in scratch projects, with nothing but Node on the PATH, and a program talks in every dialect, and one in TypeScript; two public
// packages that depend on an original are switched by `npx napi-ipc adopt`, used, and switched back. It needs the registry above for the rest.

require('../../scripts/toolchain').requireNode()

const fs = require('node:fs')
const os = require('node:os')
const path = require('node:path')
const { spawnSync } = require('node:child_process')
const { root } = require('../../scripts/run')
const { ensureInstalled } = require('../../scripts/install')
const { ensureBuilt } = require('../../scripts/build')
const { start } = require('./registry')

const TOOLS = path.join(__dirname, 'node_modules')
const NPM = path.join(path.dirname(process.execPath), '..', 'lib', 'node_modules', 'npm', 'bin', 'npm-cli.js')
const npmCli = () =>
  [process.env.npm_execpath, NPM].find((file) => /npm-cli\.c?js$/.test(file ?? '') && fs.existsSync(file)) ??
  globalNpm()

/** Where npm is if neither npm nor the place of Node says so. */
function globalNpm() {
  const { stdout } = spawnSync('npm', ['root', '--global'], {
    encoding: 'utf8',
    shell: process.platform === 'win32'
  })
  return path.join(stdout.trim(), 'npm', 'bin', 'npm-cli.js')
}

// What a project of each manager needs beside package.json, and the command that installs.
const MANAGERS = {
  npm: { command: () => [npmCli(), 'install', '--no-audit', '--no-fund', '--loglevel=error'] },
  pnpm: { command: () => [path.join(TOOLS, 'pnpm', 'bin', 'pnpm.cjs'), 'install', '--reporter=silent'] },
  'yarn 1': {
    command: () => [path.join(TOOLS, 'yarn', 'bin', 'yarn.js'), 'install', '--silent', '--no-progress']
  },
  'yarn 4': {
    command: () => [path.join(TOOLS, '@yarnpkg', 'cli-dist', 'bin', 'yarn.js'), 'install'],
    files: { 'yarn.lock': '' }
  }
}
const LINES = {
  'node-ipc': '@napi-ipc/node-ipc@^9',
  'node-ipc-14': '@napi-ipc/node-ipc@^14',
  nssocket: '@napi-ipc/nssocket@^0.6.0',
  ipcio: '@napi-ipc/ipcio@^0.6.0',
  '@crussell52/socket-ipc': '@napi-ipc/socket-ipc@^0.4.0',
  'socket-model': '@napi-ipc/socket-model@^0.92.0'
}
const ORIGINALS = ['node-ipc', 'nssocket', 'ipcio', '@crussell52/socket-ipc', 'socket-model']

// Public packages that depend on an original, and their own job.
const PUBLIC = {
  '@vue/cli-shared-utils@4.5.12': `
    const { createRequire } = require('node:module')
    const { IpcMessenger } = require('@vue/cli-shared-utils')
    const ipc = createRequire(require.resolve('@vue/cli-shared-utils'))('node-ipc')
    const messenger = new IpcMessenger({ networkId: 'vue-' + process.pid, disconnectOnExit: false })
    ipc.serve(() => {
      ipc.server.on('message', (data) => {
        console.log('answer ' + JSON.stringify(data))
        messenger.disconnect()
      })
      ipc.server.on('ack', (data, socket) => {
        ipc.server.emit(socket, 'ack', { ok: true })
        ipc.server.stop()
      })
      messenger.connect()
      messenger.send({ cli: 1 })
    })
    ipc.server.start()`,
  'forever@4.0.3': `
    const forever = require('forever')
    const fs = require('node:fs')
    // It cleans up its folder, whatever is in there.
    const root = require('node:path').join(process.cwd(), 'forever')
    fs.mkdirSync(root)
    forever.load({ root, sockPath: root })
    // Ends with whoever started it, however that ends.
    fs.writeFileSync('child.js', 'const { ppid } = process; setInterval(() => process.ppid === ppid || process.exit(), 100)')
    const monitor = forever.start('child.js', { silent: true, uid: 'child', max: 1 })
    forever.startServer(monitor)
    monitor.on('start', () => {
      const look = () => forever.list(false, (error, list) => {
        if (!list) return setTimeout(look, 100)
        console.log('answer ' + list[0].uid)
        monitor.child.once('exit', () => process.exit())
        monitor.stop()
      })
      look()
    })`
}

let [passed, failed] = [0, 0]

function report(name, ok, output = '') {
  console.log(`${ok ? 'ok' : 'FAILED'}  ${name}`)
  if (ok) passed++
  else {
    failed++
    console.log(output)
  }
}

/** Node's own folder may have much else in it. */
function bareEnvironment(folder, url) {
  const bin = path.join(folder, 'bin')
  if (!fs.existsSync(bin)) {
    fs.mkdirSync(bin)
    fs.symlinkSync(process.execPath, path.join(bin, path.basename(process.execPath)))
  }
  const shell =
    process.platform === 'win32'
      ? [process.env.SystemRoot, path.join(process.env.SystemRoot, 'System32')]
      : []
  return {
    PATH: [bin, ...shell].join(path.delimiter),
    HOME: folder,
    USERPROFILE: folder,
    TMPDIR: os.tmpdir(),
    npm_config_registry: url,
    npm_config_store_dir: path.join(folder, 'store'),
    npm_config_cache: path.join(folder, 'cache'),
    YARN_REGISTRY: url,
    YARN_CACHE_FOLDER: path.join(folder, 'yarn-cache'),
    YARN_NPM_REGISTRY_SERVER: url,
    YARN_UNSAFE_HTTP_WHITELIST: '127.0.0.1',
    YARN_NODE_LINKER: 'node-modules',
    YARN_ENABLE_TELEMETRY: '0',
    YARN_ENABLE_SCRIPTS: 'false',
    YARN_NPM_MINIMAL_AGE_GATE: '0',
    npm_config_minimum_release_age: '0',
    npm_config_ignore_scripts: 'true',
    NO_COLOR: '1'
  }
}

function node(cwd, env, args) {
  const { status, stdout, stderr } = spawnSync(process.execPath, args, {
    cwd,
    env,
    encoding: 'utf8',
    timeout: 60_000
  })
  return { ok: status === 0, output: `${stdout}${stderr}` }
}

/** Binaries of every platform: this one's, and for the others, which nobody here installs, a file with its name. */
function binaries(folder) {
  const own = path.join(root, 'lib', 'engine')
  const artifacts = path.join(folder, 'binaries')
  fs.mkdirSync(artifacts)
  for (const name of fs.readdirSync(path.join(root, 'npm'))) {
    const file = path.join(root, 'npm', name, 'package.json')
    const { main } = fs.existsSync(file) ? JSON.parse(fs.readFileSync(file, 'utf8')) : { main: '' }
    if (!main.endsWith('.node')) continue
    if (fs.existsSync(path.join(own, main))) fs.copyFileSync(path.join(own, main), path.join(artifacts, main))
    else fs.writeFileSync(path.join(artifacts, main), name)
  }
  return artifacts
}

function publish(tarballs, env) {
  const order = fs.readdirSync(tarballs).sort((a, b) => /-node-ipc-14/.test(a) - /-node-ipc-14/.test(b))
  for (const file of order) {
    const tag = file.includes('-node-ipc-9') ? 'line-9' : 'latest'
    const flags = [
      '--tag',
      tag,
      '--access',
      'public',
      '--loglevel=error',
      `--registry=${env.npm_config_registry}`
    ]
    // npm wants to be logged in; this registry asks nobody who he is.
    const login = `--${env.npm_config_registry.replace('http:', '')}:_authToken=nobody`
    const { ok, output } = node(tarballs, env, [
      npmCli(),
      'publish',
      path.join(tarballs, file),
      ...flags,
      login
    ])
    report(`publish ${file}`, ok, output)
  }
}

function install(name, manager, version, folder, env) {
  const project = path.join(folder, name.replace(' ', '-'))
  fs.mkdirSync(project)
  const dependencies = {
    'napi-ipc': version,
    ...Object.fromEntries(Object.entries(LINES).map(([as, spec]) => [as, `npm:${spec}`]))
  }
  fs.writeFileSync(
    path.join(project, 'package.json'),
    JSON.stringify({ name: 'user', private: true, dependencies }, null, 2)
  )
  for (const [file, text] of Object.entries(manager.files ?? {}))
    fs.writeFileSync(path.join(project, file), text)
  const installed = node(project, env, manager.command())
  report(`${name}: install, nothing but Node on the PATH`, installed.ok, installed.output)
  fs.copyFileSync(path.join(__dirname, 'program.js'), path.join(project, 'program.js'))
  fs.copyFileSync(
    path.join(__dirname, '..', 'runners', 'conversations.js'),
    path.join(project, 'conversations.js')
  )
  const ran = node(project, env, ['program.js'])
  report(
    `${name}: a program in every dialect, required and imported (${ran.output.trim().split('\n').at(-1)})`,
    ran.ok,
    ran.output
  )
}

/** The same in TypeScript, checked and compiled in the project of npm by what check:packages has. */
function typed(project, env) {
  const { dependencies } = require('../packages/tools/package.json')
  const compiler = dependencies['typescript-7'].replace('npm:', '')
  const types = `@types/node@${dependencies['@types/node']}`
  const flags = ['--no-audit', '--no-fund', '--loglevel=error', '--save-dev']
  const installed = node(project, env, [npmCli(), 'install', ...flags, compiler, types])
  report(`npm: install ${compiler} and ${types}`, installed.ok, installed.output)
  fs.copyFileSync(path.join(__dirname, 'typed.mts'), path.join(project, 'typed.mts'))
  const tsc = path.join(project, 'node_modules', 'typescript', 'bin', 'tsc')
  const options = ['--strict', '--target', 'es2022', '--module', 'nodenext', '--types', 'node']
  const compiled = node(project, env, [tsc, ...options, 'typed.mts'])
  report('npm: a program in TypeScript compiles', compiled.ok, compiled.output)
  const ran = node(project, env, ['typed.mjs'])
  report(`npm: it runs (${ran.output.trim().split('\n').at(-1)})`, ran.ok, ran.output)
}

/** Originals in node_modules, by the name in their own package.json. */
function originals(project) {
  const found = []
  const modules = path.join(project, 'node_modules')
  for (const file of fs.readdirSync(modules, { recursive: true })) {
    if (path.basename(file) !== 'package.json') continue
    const { name } = JSON.parse(fs.readFileSync(path.join(modules, file), 'utf8'))
    if (ORIGINALS.includes(name)) found.push(`${file}: ${name}`)
  }
  return found
}

function adopt(spec, job, folder, env) {
  const at = spec.lastIndexOf('@')
  const project = path.join(folder, `adopt-${spec.replace(/\W/g, '-')}`)
  fs.mkdirSync(project)
  const manifest = { name: 'user', private: true, dependencies: { [spec.slice(0, at)]: spec.slice(at + 1) } }
  fs.writeFileSync(path.join(project, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`)
  const npm = (...args) =>
    node(project, env, [npmCli(), 'install', '--no-audit', '--no-fund', '--loglevel=error', ...args])
  const bin = path.join(root, 'bin', 'napi-ipc.js')
  // The lock file only: the original is never downloaded.
  const locked = npm('--package-lock-only')
  report(`${spec}: a lock file with the original in it`, locked.ok, locked.output)
  const read = () =>
    ['package.json', 'package-lock.json'].map((file) => fs.readFileSync(path.join(project, file), 'latin1'))
  const before = read()

  const written = node(project, env, [bin, 'adopt', '--write'])
  report(
    `${spec}: adopt --write`,
    written.ok && read()[0] !== before[0] && read()[1] === before[1],
    written.output
  )
  const installed = npm()
  report(`${spec}: npm install`, installed.ok, installed.output)
  const left = originals(project)
  report(`${spec}: no original in node_modules`, left.length === 0, left.join('\n'))
  const { output } = node(project, env, [bin, 'adopt'])
  report(`${spec}: adopt finds none either`, /No original is used here/.test(output), output)
  const ran = node(project, env, ['-e', job])
  report(
    `${spec}: its own job (${/^answer .*$/m.exec(ran.output)?.[0]})`,
    /^answer \S/m.test(ran.output),
    ran.output
  )
  const undone = node(project, env, [bin, 'adopt', '--undo'])
  report(
    `${spec}: adopt --undo restores package.json byte for byte`,
    undone.ok && read()[0] === before[0],
    undone.output
  )
}

async function main() {
  ensureInstalled()
  ensureBuilt()
  ensureInstalled(path.relative(root, __dirname))
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'napi-ipc-registry-'))
  const { url, stop } = await start(folder)
  try {
    const env = bareEnvironment(folder, url)
    const tarballs = path.join(folder, 'tarballs')
    const packed = node(root, process.env, [
      'scripts/pack.js',
      tarballs,
      '--all',
      '--artifacts',
      binaries(folder)
    ])
    if (!packed.ok) throw new Error(packed.output)
    publish(tarballs, env)
    const { version } = require('../../package.json')
    for (const [name, manager] of Object.entries(MANAGERS)) install(name, manager, version, folder, env)
    typed(path.join(folder, 'npm'), env)
    for (const [spec, job] of Object.entries(PUBLIC)) adopt(spec, job, folder, env)
  } finally {
    await stop()
    fs.rmSync(folder, { recursive: true, force: true })
  }
  console.log(`tests: ${passed} passed, ${failed} failed`)
  process.exitCode = failed === 0 && passed > 0 ? 0 : 1
}

main().catch((error) => {
  console.error(error.message)
  process.exitCode = 1
})
