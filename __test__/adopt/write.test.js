'use strict'

const fs = require('node:fs')
const path = require('node:path')
const test = require('ava').default
const { adopt, adoptWith, contents, json, listed, npmLock, project } = require('./support')

const IPC9 = 'npm:@napi-ipc/node-ipc@^9.3.0'
const IPC14 = 'npm:@napi-ipc/node-ipc@^14.1.0'
const NSSOCKET = 'npm:@napi-ipc/nssocket@^0.6.10'

/** node-ipc 9 below cli, and what else is asked for; `more` goes into package.json. */
function deep(more = {}, places = {}) {
  const dependencies = { cli: '^1.0.0', ...more.dependencies }
  const manifest = { name: 'x', version: '1.0.0', ...more, dependencies }
  const all = {
    cli: { version: '1.2.0', dependencies: { 'node-ipc': '^9.1.1' } },
    'node-ipc': { version: '9.2.1' },
    ...places
  }
  return { 'package.json': manifest, 'package-lock.json': npmLock(manifest, all) }
}

const LEGACY = { legacy: { version: '1.0.0', dependencies: { 'node-ipc': '^14.0.0' } } }
const two = (more = {}) =>
  deep(
    { ...more, dependencies: { legacy: '1.0.0', ...more.dependencies } },
    {
      ...LEGACY,
      'legacy/node_modules/node-ipc': { version: '14.0.0' }
    }
  )

const pnpm = (lock = '9.0') => `lockfileVersion: '${lock}'

importers:

  .:
    dependencies:
      cli:
        specifier: ^1.0.0
        version: 1.2.0
      '@crussell52/socket-ipc':
        specifier: ^0.4.0
        version: 0.4.0

packages:

  cli@1.2.0: {}

snapshots:

  '@crussell52/socket-ipc@0.4.0': {}

  cli@1.2.0:
    dependencies:
      node-ipc: 9.2.1

  node-ipc@9.2.1: {}
`

const yarn1 = (second = '') => `# yarn lockfile v1


cli@^1.0.0:
  version "1.2.0"
  dependencies:
    node-ipc "^9.1.1"

node-ipc@^9.1.1:
  version "9.2.1"
${second}`
const YARN1_TWO = yarn1(`
legacy@1.0.0:
  version "1.0.0"
  dependencies:
    node-ipc "^14.0.0"

node-ipc@^14.0.0:
  version "14.0.0"
`)
const berry = (text) =>
  `__metadata:\n  version: 8\n\n` +
  text
    .replace('# yarn lockfile v1\n', '')
    .replaceAll(/^(\S+)@(\S+):$/gm, '"$1@npm:$2":')
    .replaceAll(/version "(.*)"/g, 'version: $1')
    .replaceAll(/^ {4}(\S+) "(.*)"$/gm, '    $1: "npm:$2"') +
  `
"x@workspace:.":
  version: 0.0.0-use.local
  resolution: "x@workspace:."
  dependencies:
    cli: "npm:^1.0.0"
    legacy: "npm:1.0.0"
`
const MANIFEST = { name: 'x', dependencies: { cli: '^1.0.0' } }

const CASES = {
  'npm, deep': [deep(), { overrides: { 'node-ipc': IPC9 } }],
  'npm, two lines': [two(), { overrides: { 'node-ipc@9': IPC9, 'node-ipc@14': IPC14 } }],
  'npm, direct: the dependency itself, which npm would not let an override touch': [
    {
      'package.json': { dependencies: { nssocket: '~0.6.0' } },
      'package-lock.json': npmLock(
        { dependencies: { nssocket: '~0.6.0' } },
        { nssocket: { version: '0.6.0' } }
      )
    },
    { dependencies: { nssocket: NSSOCKET } }
  ],
  'npm, direct and deep: both say the same': [
    deep({ dependencies: { 'node-ipc': '9.2.1' } }),
    { dependencies: { cli: '^1.0.0', 'node-ipc': IPC9 }, overrides: { 'node-ipc': IPC9 } }
  ],
  'npm, overrides of the user: his stay, those about the same package are switched': [
    deep({ overrides: { left: '1.0.0', 'node-ipc': '9.2.1', cli: { 'node-ipc@^9': '9.2.1', ms: '2.0.0' } } }),
    { overrides: { left: '1.0.0', 'node-ipc': IPC9, cli: { 'node-ipc@^9': IPC9, ms: '2.0.0' } } }
  ],
  'npm, overrides empty': [deep({ overrides: {} }), { overrides: { 'node-ipc': IPC9 } }],
  'npm, a reference to the dependency': [
    deep({ dependencies: { 'node-ipc': '9.2.1' }, overrides: { cli: { 'node-ipc': '$node-ipc' } } }),
    {
      dependencies: { cli: '^1.0.0', 'node-ipc': IPC9 },
      overrides: { cli: { 'node-ipc': '$node-ipc' }, 'node-ipc': IPC9 }
    }
  ],
  'pnpm 8': [
    { 'package.json': { ...MANIFEST, packageManager: 'pnpm@8.15.9' }, 'pnpm-lock.yaml': pnpm() },
    {
      pnpm: { overrides: { '@crussell52/socket-ipc': 'npm:@napi-ipc/socket-ipc@^0.4.10', 'node-ipc': IPC9 } }
    }
  ],
  'pnpm 10.5, in a package.json with other settings': [
    {
      'package.json': { ...MANIFEST, packageManager: 'pnpm@10.5.2', pnpm: { neverBuiltDependencies: [] } },
      'pnpm-lock.yaml': pnpm()
    },
    {
      pnpm: {
        neverBuiltDependencies: [],
        overrides: { '@crussell52/socket-ipc': 'npm:@napi-ipc/socket-ipc@^0.4.10', 'node-ipc': IPC9 }
      }
    }
  ],
  'Yarn 1': [{ 'package.json': MANIFEST, 'yarn.lock': yarn1() }, { resolutions: { 'node-ipc': IPC9 } }],
  'Yarn 1, a resolution of the user': [
    { 'package.json': { ...MANIFEST, resolutions: { '**/node-ipc': '9.2.1' } }, 'yarn.lock': yarn1() },
    { resolutions: { '**/node-ipc': IPC9, 'node-ipc': IPC9 } }
  ],
  'Yarn 1, two lines: by dependent': [
    { 'package.json': { dependencies: { cli: '^1.0.0', legacy: '1.0.0' } }, 'yarn.lock': YARN1_TWO },
    { resolutions: { '**/cli/node-ipc': IPC9, '**/legacy/node-ipc': IPC14 } }
  ],
  'Yarn 4': [
    { 'package.json': MANIFEST, 'yarn.lock': berry(yarn1()) },
    { resolutions: { 'node-ipc': IPC9 } }
  ],
  'Yarn 4, two lines: by range': [
    { 'package.json': MANIFEST, 'yarn.lock': berry(YARN1_TWO) },
    { resolutions: { 'node-ipc@npm:^9.1.1': IPC9, 'node-ipc@npm:^14.0.0': IPC14 } }
  ]
}

for (const [name, [files, expected]] of Object.entries(CASES)) {
  test(`--write, ${name}`, async (t) => {
    const folder = project(t, files)
    const before = contents(folder)
    const { code, err } = await adopt(folder, '--write')
    t.deepEqual([code, err], [0, ''])
    t.deepEqual(json(folder), {
      ...json(project(t, files)),
      ...expected,
      ...pick(json(folder), 'napi-ipc-adopt')
    })
    const others = { ...contents(folder), 'package.json': before['package.json'] }
    t.deepEqual(others, before, 'no other file is touched')

    const once = contents(folder)
    await adopt(folder, '--write')
    t.deepEqual(contents(folder), once, 'a second time changes nothing')

    await adopt(folder, '--undo')
    t.deepEqual(contents(folder), before, '--undo restores it byte for byte')
  })
}

function pick(object, key) {
  return key in object ? { [key]: object[key] } : {}
}

const STYLES = {
  'two spaces': (value) => `${JSON.stringify(value, null, 2)}\n`,
  'four spaces': (value) => `${JSON.stringify(value, null, 4)}\n`,
  tabs: (value) => `${JSON.stringify(value, null, '\t')}\n`,
  'no final newline': (value) => JSON.stringify(value, null, 2),
  'Windows line breaks': (value) => `${JSON.stringify(value, null, 2)}\n`.replaceAll('\n', '\r\n'),
  'a byte-order mark': (value) => `\ufeff${JSON.stringify(value, null, 2)}\n`,
  'one line': (value) => JSON.stringify(value),
  'one line with spaces': (value) => JSON.stringify(value, null, 1).replaceAll(/\n\s*/g, ' '),
  'odd white space': (value) =>
    JSON.stringify(value, null, 3).replaceAll('":', '"  :\t').replace(/\}$/, '\n\n}\n\n'),
  'escapes and non-ASCII': (value) =>
    `${JSON.stringify({ author: 'Zoë 🐢', ...value }, null, 2).replace('9.2.1', '9\\u002e2.1')}\n`
}

for (const [name, style] of Object.entries(STYLES)) {
  for (const more of [{}, { overrides: {} }, { overrides: { 'node-ipc': '9.2.1', ms: '2.0.0' } }]) {
    test(`${name}, overrides ${JSON.stringify(more.overrides)}: kept by --write, restored by --undo`, async (t) => {
      const files = deep({ dependencies: { 'node-ipc': '9.2.1' }, ...more })
      const folder = project(t, { ...files, 'package.json': style(files['package.json']) })
      const before = contents(folder)
      t.is((await adopt(folder, '--write')).code, 0)
      const text = fs.readFileSync(path.join(folder, 'package.json'), 'utf8')
      t.is(json(folder).overrides['node-ipc'], IPC9)
      t.is(json(folder).dependencies['node-ipc'], IPC9)
      t.is(
        /[^\r]\n/.test(text),
        name !== 'Windows line breaks' && !name.startsWith('one line'),
        'line breaks are those of the file'
      )
      t.is((await adopt(folder, '--undo')).code, 0)
      t.deepEqual(contents(folder), before)
    })
  }
}

test('what is added is set like the rest of the file', async (t) => {
  const files = deep()
  const folder = project(t, {
    ...files,
    'package.json': `${JSON.stringify(files['package.json'], null, '\t')}\n`
  })
  await adopt(folder, '--write')
  const expected = { ...files['package.json'], overrides: { 'node-ipc': IPC9 } }
  t.is(
    fs.readFileSync(path.join(folder, 'package.json'), 'utf8'),
    `${JSON.stringify(expected, null, '\t')}\n`
  )
})

test('--undo leaves what the user has changed since', async (t) => {
  const folder = project(t, deep({ overrides: {} }))
  await adopt(folder, '--write')
  const file = path.join(folder, 'package.json')
  fs.writeFileSync(file, fs.readFileSync(file, 'utf8').replace(`"${IPC9}"`, `"${IPC9}", "ms": "2.0.0"`))
  await adopt(folder, '--undo')
  t.deepEqual(json(folder).overrides, { ms: '2.0.0' })
})

test('--undo where nothing was switched says so and writes nothing', async (t) => {
  const folder = project(t, deep())
  const before = contents(folder)
  const { code, out } = await adopt(folder, '--undo')
  t.is(code, 0)
  t.is(out, 'There is nothing to undo.\n')
  t.deepEqual(contents(folder), before)
})

const WORKSPACES = {
  'no file': undefined,
  'other settings and comments':
    '# ours\npackages:\n  - "packages/*"\n\nonlyBuiltDependencies: [esbuild] # fast\n',
  'no final newline': 'packages:\n  - a',
  'Windows line breaks': 'packages:\r\n  - a\r\n',
  'overrides of the user':
    "overrides:\n    # why\n    ms: 2.0.0\n    'node-ipc': 9.2.1 # safe\n\npackages:\n  - a\n",
  'overrides at the end': 'packages:\n  - a\noverrides:\n  ms: 2.0.0'
}

for (const [name, text] of Object.entries(WORKSPACES)) {
  for (const [how, manifest] of [
    ['packageManager', { ...MANIFEST, packageManager: 'pnpm@11.0.0' }],
    ['nothing', MANIFEST]
  ]) {
    test(`--write, pnpm known by ${how}, pnpm-workspace.yaml with ${name}; --undo restores it`, async (t) => {
      const files = { 'package.json': manifest, 'pnpm-lock.yaml': pnpm() }
      const folder = project(t, text === undefined ? files : { ...files, 'pnpm-workspace.yaml': text })
      const before = contents(folder)
      t.is((await adopt(folder, '--write')).code, 0)
      const { 'pnpm-workspace.yaml': written, ...others } = contents(folder)
      t.like(before, others)
      const lines = written.split(/\r?\n/).map((line) => line.trim())
      t.true(lines.includes("'@crussell52/socket-ipc': npm:@napi-ipc/socket-ipc@^0.4.10"), written)
      t.is(
        lines.filter((line) => /^'?node-ipc'?: npm:@napi-ipc\/node-ipc@\^9\.3\.0$/.test(line)).length,
        1,
        written
      )
      t.is(lines.filter((line) => /^overrides:/.test(line)).length, 1)
      await adopt(folder, '--write')
      t.is(contents(folder)['pnpm-workspace.yaml'], written, 'a second time changes nothing')
      await adopt(folder, '--undo')
      t.deepEqual(contents(folder), before)
    })
  }
}

test('what pnpm left in node_modules says which pnpm it is', async (t) => {
  const folder = project(t, {
    'package.json': MANIFEST,
    'pnpm-lock.yaml': pnpm(),
    'node_modules/.modules.yaml': '{\n  "packageManager": "pnpm@9.15.0"\n}\n'
  })
  const { changes } = await listed(folder)
  t.deepEqual([...new Set(changes.map(({ file }) => file))], ['package.json'])
})

// The escape that begins a colour.
const COLOR = /\p{Cc}\[/u

test('colours on a terminal only, and not against NO_COLOR', async (t) => {
  const folder = project(t, deep())
  t.notRegex((await adopt(folder)).out, COLOR)
  t.regex((await adoptWith({ FORCE_COLOR: '1' }, folder)).out, COLOR)
  t.notRegex((await adoptWith({ FORCE_COLOR: '1', NO_COLOR: '1' }, folder)).out, COLOR)
})
