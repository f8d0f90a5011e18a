'use strict'

// The packages under npm/ as they are installed: packed by `npm run pack`, unpacked side by side.

const fs = require('node:fs')
const path = require('node:path')
const { execFile, execFileSync } = require('node:child_process')
const { promisify } = require('node:util')
const test = require('ava').default

const ROOT = path.join(__dirname, '..', '..')
const main = require('../../package.json')
const run = promisify(execFile)

const FACADES = {
  'node-ipc': { version: /^9\./, dialect: 'napi-ipc/node-ipc', paths: ['', '/node-ipc', '/node-ipc.js'] },
  'node-ipc-14': { version: /^14\./, dialect: 'napi-ipc/node-ipc/v14', paths: [''] },
  nssocket: {
    version: /^0\.6\./,
    dialect: 'napi-ipc/nssocket',
    paths: ['', '/lib/nssocket', '/lib/nssocket.js']
  },
  ipcio: { version: /^0\.6\./, dialect: 'napi-ipc/ipcio', paths: ['', '/index', '/index.js'] },
  'socket-ipc': {
    version: /^0\.4\./,
    dialect: 'napi-ipc/socket-ipc',
    paths: ['', '/src', '/src/index', '/src/index.js']
  },
  'socket-model': {
    version: /^0\.92\./,
    dialect: 'napi-ipc/socket-model',
    paths: ['', '/index', '/index.js']
  }
}
// Paths with something of their own behind them.
const DEEP = [
  ['node-ipc/services/IPC', "require('napi-ipc/node-ipc').IPC"],
  ['node-ipc/services/IPC.js', "require('napi-ipc/node-ipc').IPC"],
  ['node-ipc-14/parsers', "require('napi-ipc/node-ipc/v14/parsers')"],
  ['node-ipc-14/parsers/message', "require('napi-ipc/node-ipc/v14/parsers/message')"],
  ...['MessageReader', 'MessageWriter', 'SocketClient', 'SocketModel', 'SocketServer'].flatMap((part) => [
    [`socket-model/lib/${part}`, `require('napi-ipc/socket-model/lib/${part}')`],
    [`socket-model/lib/${part}.js`, `require('napi-ipc/socket-model/lib/${part}')`]
  ])
]

const folder = fs.mkdtempSync(path.join(require('node:os').tmpdir(), 'nit-packages-'))
const modules = path.join(folder, 'node_modules')
const manifest = (name) => JSON.parse(fs.readFileSync(path.join(modules, name, 'package.json'), 'utf8'))
const node = async (script, ...flags) =>
  (await run(process.execPath, [...flags, '-e', script], { cwd: folder })).stdout.trim()

test.before(async () => {
  const tarballs = path.join(folder, 'tarballs')
  await run(process.execPath, [path.join(ROOT, 'scripts', 'pack.js'), tarballs], { cwd: ROOT })
  for (const file of fs.readdirSync(tarballs)) {
    const name = file
      .replace(/^napi-ipc-node-ipc-14\..*/, 'node-ipc-14')
      .replace(/^napi-ipc-(?=\D)/, '')
      .replace(/-\d+\.\d+\.\d+.*\.tgz$/, '')
    const target = path.join(modules, name === 'napi-ipc' || name in FACADES ? name : `napi-ipc-${name}`)
    fs.mkdirSync(target, { recursive: true })
    execFileSync('tar', ['-xzf', path.join(tarballs, file), '-C', target, '--strip-components=1'])
  }
  fs.cpSync(path.join(ROOT, 'node_modules', 'eventemitter2'), path.join(modules, 'eventemitter2'), {
    recursive: true
  })
})
test.after.always(() => fs.rmSync(folder, { recursive: true, force: true }))

test('the main package: no script, no binary, the platforms of napi.targets as optional dependencies', (t) => {
  const { scripts, dependencies, optionalDependencies, bin } = manifest('napi-ipc')
  t.is(scripts, undefined)
  t.deepEqual(Object.keys(dependencies), ['eventemitter2'])
  t.deepEqual(bin, { 'napi-ipc': 'bin/napi-ipc.js' })
  t.is(Object.keys(optionalDependencies).length, main.napi.targets.length)
  for (const [name, version] of Object.entries(optionalDependencies)) {
    t.is(version, main.version)
    const { name: here } = JSON.parse(
      fs.readFileSync(path.join(ROOT, 'npm', name.slice('napi-ipc-'.length), 'package.json'), 'utf8')
    )
    t.is(here, name)
  }
  t.is(main.optionalDependencies, undefined, 'in the tree there are none')
  t.deepEqual(
    fs.readdirSync(path.join(modules, 'napi-ipc', 'lib', 'engine')).filter((file) => file.endsWith('.node')),
    []
  )
})

test('what adopt writes takes in the façades as they are, and no original', (t) => {
  const { replacement } = require('../../lib/adopt/originals')
  const last = {
    'node-ipc': ['9.2.3', '14.0.0'],
    nssocket: ['0.6.0'],
    ipcio: ['0.6.2'],
    '@crussell52/socket-ipc': ['0.4.0'],
    'socket-model': ['0.92.10']
  }
  const numbers = (version) => version.split('.').map(Number)
  const before = ([a, b, c], [x, y, z]) => a < x || (a === x && (b < y || (b === y && c < z)))
  for (const [original, versions] of Object.entries(last)) {
    for (const version of versions) {
      const [, from] = /@\^([\d.]+)$/.exec(replacement(original, version).spec)
      const folder = version.startsWith('14') ? 'node-ipc-14' : original.replace('@crussell52/', '')
      t.true(before(numbers(version), numbers(from)), `${original} ${version} is not taken for the drop-in`)
      t.false(before(numbers(manifest(folder).version), numbers(from)), `${folder} is in the range`)
    }
  }
})

test('the binary comes from the platform package', async (t) => {
  const { dataPath } = JSON.parse(
    await node("console.log(JSON.stringify(require('napi-ipc').diagnostics()))")
  )
  t.regex(dataPath, /^(?:loop|worker)$/)
})

test('npx napi-ipc adopt works from the package', async (t) => {
  const { stdout } = await run(process.execPath, [
    path.join(modules, 'napi-ipc', 'bin', 'napi-ipc.js'),
    '--help'
  ])
  t.regex(stdout, /npx napi-ipc adopt/)
})

for (const [name, { version, dialect, paths }] of Object.entries(FACADES)) {
  test(`${name}: version, dependency, nothing that runs at installation`, (t) => {
    const { version: own, dependencies, scripts } = manifest(name)
    t.regex(own, version)
    t.deepEqual(dependencies, { 'napi-ipc': main.version })
    t.is(scripts, undefined)
    t.true(fs.existsSync(path.join(modules, name, 'LICENSE')))
  })

  for (const one of paths) {
    test(`${name}${one} is ${dialect}, required and imported`, async (t) => {
      t.is(await node(`console.log(require('${name}${one}') === require('${dialect}'))`), 'true')
      const script = `
        import * as facade from '${name}${one}'
        import * as dialect from '${dialect}'
        const same = Object.keys(dialect).every((key) => facade[key] === dialect[key])
        console.log(same && Object.keys(facade).length === Object.keys(dialect).length)`
      t.is(await node(script, '--input-type=module'), 'true')
    })
  }
}

for (const [one, expected] of DEEP) {
  test(`${one} is ${expected}`, async (t) => {
    t.is(await node(`console.log(require('${one}') === ${expected})`), 'true')
  })
}
