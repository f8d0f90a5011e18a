'use strict'

/** What there is to read: package.json, the lock files beside it, and where pnpm keeps its overrides. */

const fs = require('node:fs')
const path = require('node:path')
const json = require('./json-text')
const npm = require('./locks/npm')
const pnpm = require('./locks/pnpm')
const yarn = require('./locks/yarn')
const { Graph } = require('./locks/graph')
const { Problem } = require('./problem')

const LOCKS = [
  // npm itself prefers the first of these two.
  { file: 'npm-shrinkwrap.json', manager: 'npm', read: npm.read },
  { file: 'package-lock.json', manager: 'npm', read: npm.read },
  { file: 'pnpm-lock.yaml', manager: 'pnpm', read: pnpm.read },
  { file: 'yarn.lock', manager: 'yarn', read: yarn.read }
]
const SECTIONS = ['dependencies', 'devDependencies', 'optionalDependencies']
const WORKSPACE = 'pnpm-workspace.yaml'
// The first pnpm that reads overrides from pnpm-workspace.yaml. Since 11 it reads them from nowhere else.
const PNPM_READS_WORKSPACE = [10, 6]
const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

function readText(file) {
  let bytes
  try {
    bytes = fs.readFileSync(file)
  } catch (error) {
    if (error.code === 'ENOENT') return undefined
    throw new Problem(file, `cannot be read (${error.code})`)
  }
  try {
    return UTF8.decode(bytes)
  } catch {
    throw new Problem(file, 'is not UTF-8; left as it is')
  }
}

/** Runs a parser; what it cannot read is the user's to know, with the file's name. */
function parsing(file, parse) {
  try {
    return parse()
  } catch (error) {
    if (error instanceof SyntaxError) throw new Problem(file, `${error.message}; left as it is`)
    throw error
  }
}

/** Without a lock file the direct dependencies are all that is known, and their ranges all there is of versions. */
function fromManifest(manifest) {
  const graph = new Graph()
  const root = graph.add('.', { name: '.', root: true })
  for (const [alias, spec] of SECTIONS.flatMap((section) => json.strings(json.at(manifest, [section])))) {
    const [, name = alias, range = spec] = /^npm:((?:@[^/@]+\/)?[^/@]+)(?:@(.*))?$/.exec(spec) ?? []
    graph.add(alias, { name, version: undefined })
    root.wants.push({ alias, spec: range, to: alias })
  }
  return graph
}

/** `name@version` as `packageManager` and pnpm's own notes have it. */
function named(text) {
  const found = /^(npm|pnpm|yarn)@(\d+)\.(\d+)/.exec(text ?? '')
  return found && { manager: found[1], version: [Number(found[2]), Number(found[3])] }
}

const atLeast = ([major, minor], [first, second]) => major > first || (major === first && minor >= second)

/** Where this project's pnpm looks for overrides: what it says of itself, else what it left in node_modules, else who runs this. */
function pnpmKeepsOverridesIn(folder, declared, workspaceText, lockVersion) {
  const installed = /"?packageManager"?: *"?(pnpm@[\d.]+)/.exec(
    readText(path.join(folder, 'node_modules', '.modules.yaml')) ?? ''
  )
  const agent = process.env.npm_config_user_agent?.split(' ')[0].replace('/', '@')
  const known = [declared, named(installed?.[1]), named(agent)].find((one) => one?.manager === 'pnpm')
  if (known) return atLeast(known.version, PNPM_READS_WORKSPACE) ? WORKSPACE : 'package.json'
  // Nothing says which pnpm it is. One that writes such a lock file and does not read the workspace is out of use.
  return workspaceText === undefined && !(lockVersion >= 9) ? 'package.json' : WORKSPACE
}

function objectOf(node) {
  return Object.fromEntries(
    (node?.members ?? []).map(({ key, node }) => [key, node.type === 'object' ? objectOf(node) : node.value])
  )
}

/**
 * The project in `folder`: its manifest as text and tree, and for each package manager whose lock file lies there
 * `{ manager, file, graph }`. `packageManager` decides if there are several.
 */
function open(folder) {
  const file = path.join(folder, 'package.json')
  const text = readText(file)
  if (text === undefined) throw new Problem(file, 'there is no such file')
  const manifest = parsing(file, () => json.read(text))
  if (manifest.type !== 'object') throw new Problem(file, 'is not a JSON object; left as it is')
  const plain = objectOf(manifest)
  const declared = named(plain.packageManager)
  const locks = []
  for (const { file: name, manager, read } of LOCKS) {
    if (declared && declared.manager !== manager) continue
    const lockFile = path.join(folder, name)
    const lockText = readText(lockFile)
    if (lockText === undefined || locks.some((lock) => lock.manager === manager)) continue
    const graph = parsing(lockFile, () => read(lockText, plain))
    const kind = manager !== 'yarn' ? manager : yarn.isBerry(lockText) ? 'yarn-berry' : 'yarn-classic'
    locks.push({ manager, kind, file: name, graph })
  }
  if (locks.length === 0) {
    const manager = declared?.manager ?? 'npm'
    const kind = manager !== 'yarn' ? manager : declared.version[0] < 2 ? 'yarn-classic' : 'yarn-berry'
    locks.push({ manager, kind, file: undefined, graph: fromManifest(manifest) })
  }
  const workspaceText = readText(path.join(folder, WORKSPACE))
  const pnpmLock = locks.find(({ kind }) => kind === 'pnpm')
  return {
    folder,
    text,
    manifest,
    locks,
    workspaceText,
    pnpmOverrides: pnpmKeepsOverridesIn(folder, declared, workspaceText, pnpmLock?.graph.lockVersion)
  }
}

module.exports = { SECTIONS, WORKSPACE, open }
