'use strict'

const test = require('ava').default
const { adopt, contents, listed, npmLock, project } = require('./support')

function locked(name, version) {
  const manifest = { dependencies: { [name]: '*' } }
  return { 'package.json': manifest, 'package-lock.json': npmLock(manifest, { [name]: { version } }) }
}

const MALWARE = {
  '9.1.6': ['MAL-2026-3744'],
  '9.2.3': ['MAL-2026-3744'],
  '12.0.1': ['MAL-2026-3744'],
  '10.1.1': ['GHSA-97m3-w2cp-4xx6', 'CVE-2022-23812'],
  '10.1.2': ['GHSA-97m3-w2cp-4xx6', 'CVE-2022-23812'],
  '9.2.2': ['GHSA-8gr3-2gjw-jj7g'],
  '11.0.0': ['GHSA-3mpp-xfvh-qh37'],
  '11.1.0': ['GHSA-3mpp-xfvh-qh37']
}

for (const [version, advisories] of Object.entries(MALWARE)) {
  test(`node-ipc ${version} is called malware, with ${advisories}`, async (t) => {
    const folder = project(t, locked('node-ipc', version))
    const { code, out } = await adopt(folder)
    t.is(code, 3)
    t.true(out.includes(`node-ipc ${version} → @napi-ipc/node-ipc@^9.3.0`), out)
    t.regex(out, /MALWARE: /)
    for (const id of advisories) t.true(out.includes(id), out)
    t.deepEqual((await listed(folder)).uses[0].malware.advisories, advisories)
    t.is(
      (await adopt(folder, '--write')).code,
      0,
      'switching is the cure, so what follows in a script may run'
    )
  })
}

for (const [name, version] of [
  ['node-ipc', '9.2.1'],
  ['node-ipc', '10.1.0'],
  ['node-ipc', '12.0.0'],
  ['node-ipc', '14.0.0'],
  ['nssocket', '9.2.2']
]) {
  test(`${name} ${version} is not called malware`, async (t) => {
    const folder = project(t, locked(name, version))
    t.is((await adopt(folder)).code, 0)
    t.is((await listed(folder)).uses[0].malware, undefined)
  })
}

test('a line without a drop-in is listed and left alone', async (t) => {
  const folder = project(t, locked('node-ipc', '8.10.3'))
  const before = contents(folder)
  const { code, out } = await adopt(folder, '--write')
  t.is(code, 0)
  t.regex(out, /node-ipc 8\.10\.3 → no drop-in for this line/)
  t.deepEqual(contents(folder), before)
})

test('a project without any of them', async (t) => {
  const { code, out } = await adopt(project(t, locked('ms', '2.1.3')))
  t.is(code, 0)
  t.regex(out, /No original is used here/)
})

const GOOD = locked('node-ipc', '9.2.1')
const BAD = {
  'package.json is not JSON': [
    { 'package.json': '{\n  "name": "x",\n}' },
    /package\.json: not JSON at line 3, column 1/
  ],
  'package.json is a list': [{ 'package.json': '[]' }, /package\.json: is not a JSON object/],
  'package.json is not UTF-8': [
    { 'package.json': Buffer.from([0x7b, 0xff, 0x7d]) },
    /package\.json: is not UTF-8/
  ],
  'package-lock.json is not JSON': [
    { 'package-lock.json': '<<<<<<< HEAD\n' },
    /package-lock\.json: [^]*; left as it is/
  ],
  'package-lock.json of npm 6': [
    { 'package-lock.json': { lockfileVersion: 1, dependencies: {} } },
    /lockfileVersion 2 or 3/
  ],
  'pnpm-lock.yaml with a conflict': [
    { 'pnpm-lock.yaml': "lockfileVersion: '9.0'\n<<<<<<< HEAD\nimporters:\n" },
    /pnpm-lock\.yaml: not understood at line 2/
  ],
  'pnpm-lock.yaml of another version': [
    { 'pnpm-lock.yaml': "lockfileVersion: '21.0'\n" },
    /lockfileVersion 5 to 9/
  ],
  'yarn.lock with a conflict': [
    { 'yarn.lock': '# yarn lockfile v1\n\n=======\nms@2:\n  version "2"\n' },
    /yarn\.lock: not understood at line 3/
  ],
  'overrides that are no object': [
    {
      'package.json': { dependencies: { cli: '1' }, overrides: 'x' },
      'package-lock.json': npmLock(
        { dependencies: { cli: '1' } },
        { cli: { version: '1.0.0', dependencies: { 'node-ipc': '9' } }, 'node-ipc': { version: '9.2.1' } }
      )
    },
    /overrides is not an object/
  ],
  'an override with entries below it': [
    { 'package.json': { ...GOOD['package.json'], overrides: { 'node-ipc': { '.': '9.2.1', ms: '1' } } } },
    /overrides\.node-ipc has entries below it/
  ],
  'overrides of pnpm-workspace.yaml on one line': [
    {
      'package.json': { packageManager: 'pnpm@11.0.0', dependencies: { 'node-ipc': '9' } },
      'pnpm-workspace.yaml': 'overrides: {ms: 2.0.0}\n'
    },
    /pnpm-workspace\.yaml: its overrides are not written one a line/
  ],
  'two versions of one dependent, told apart by no resolution of Yarn 1': [
    {
      'package.json': { packageManager: 'yarn@1.22.22', dependencies: { cli: '1', other: 'npm:cli@2' } },
      'yarn.lock': [
        ['cli@1', '1.0.0', '^9.0.0'],
        ['"other@npm:cli@2"', '2.0.0', '^14.0.0']
      ]
        .map(
          ([key, version, range]) =>
            `${key}:\n  version "${version}"\n  dependencies:\n    node-ipc "${range}"\n\n`
        )
        .concat('node-ipc@^9.0.0:\n  version "9.2.1"\n\nnode-ipc@^14.0.0:\n  version "14.0.0"\n')
        .join('')
    },
    /would need two values/
  ]
}

for (const [name, [files, message]] of Object.entries(BAD)) {
  test(`${name}: an error that says what, and nothing is changed`, async (t) => {
    const folder = project(t, { ...GOOD, ...files })
    const before = contents(folder)
    for (const flags of [['--write'], ['--json', '--write']]) {
      const { code, err, out } = await adopt(folder, ...flags)
      t.is(code, 1)
      t.regex(err, message)
      t.notRegex(err, /\n\s+at /, 'no stack')
      if (flags.includes('--json')) t.regex(JSON.parse(out).error, message)
    }
    t.deepEqual(contents(folder), before)
  })
}

test('a folder without package.json', async (t) => {
  const { code, err } = await adopt(project(t, {}))
  t.is(code, 1)
  t.regex(err, /there is no such file/)
})

test('a wrong command prints the help and ends with 2', async (t) => {
  for (const flags of [['--write', '--undo'], ['--wrong'], ['a', 'b']]) {
    const { code, err } = await adopt('.', ...flags)
    t.is(code, 2)
    t.regex(err, /Usage: npx napi-ipc adopt/)
  }
})
