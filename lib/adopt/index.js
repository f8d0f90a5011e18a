'use strict'

/**
 * `npx napi-ipc adopt`: finds the originals in a project and switches it to the drop-ins, or back.
 *
 *   originals.js   which packages, lines and bad versions there are; version.js reads a version
 *   project.js     reads package.json and the lock files; locks/ has a reader for each, and the graph they fill
 *   uses.js        where the originals are
 *   plan.js        which entries each package manager needs
 *   manifest.js    writes them into package.json and takes them out; workspace.js the same for pnpm-workspace.yaml
 *   json-text.js   JSON with places; json-edit.js changes it and leaves every other byte alone
 *   report.js      what a person reads
 */

const fs = require('node:fs')
const path = require('node:path')
const { parseArgs } = require('node:util')
const manifest = require('./manifest')
const { plan } = require('./plan')
const { Problem } = require('./problem')
const { WORKSPACE, open } = require('./project')
const report = require('./report')
const { switched, uses } = require('./uses')
const workspace = require('./workspace')

const HELP = `Usage: npx napi-ipc adopt [--write | --undo] [--json] [folder]

Lists where node-ipc, nssocket, ipcio, @crussell52/socket-ipc and socket-model are used in the project in
folder (the current one), directly or deep down, and which versions carry malware.

  --write   adds what switches them to napi-ipc: overrides (npm), pnpm.overrides or pnpm-workspace.yaml (pnpm),
            resolutions (Yarn). Nothing else is changed.
  --undo    takes that out again; the files are as before, byte for byte.
  --json    says it in JSON.

Ends with 0; 1 if a file is missing or cannot be read (then nothing is changed); 2 if the command is wrong;
3 if a version with malware is in use and --write was not given.
`
const OK = 0
const FAILED = 1
const MISUSED = 2
const MALWARE = 3

const OPTIONS = {
  write: { type: 'boolean', default: false },
  undo: { type: 'boolean', default: false },
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false }
}

/** Both files or none: what can fail has been computed before the first is written. */
function save(folder, files) {
  for (const [name, text] of files) {
    const file = path.join(folder, name)
    try {
      if (text === undefined) fs.rmSync(file)
      else fs.writeFileSync(file, text)
    } catch (error) {
      throw new Problem(file, `cannot be written (${error.code})`)
    }
  }
}

function write(project, changes) {
  const [here, there] = [false, true].map((other) =>
    changes.filter(({ file }) => (file === WORKSPACE) === other)
  )
  const files = []
  if (there.length > 0) files.push([WORKSPACE, workspace.apply(project.workspaceText, there)])
  if (here.length > 0) files.push(['package.json', manifest.apply(project.text, here)])
  save(project.folder, files)
}

function undo(project) {
  const files = []
  if (workspace.isSwitched(project.workspaceText))
    files.push([WORKSPACE, workspace.undo(project.workspaceText)])
  if (manifest.isSwitched(project.text)) files.push(['package.json', manifest.undo(project.text)])
  save(project.folder, files)
  return files.map(([name]) => name)
}

/** pnpm-workspace.yaml has no tree here: whether a change is needed shows in the text. */
const needed = (project, changes) =>
  changes.filter(
    (change) =>
      change.file !== WORKSPACE || workspace.apply(project.workspaceText, [change]) !== project.workspaceText
  )

function adopt({ write: wanted, folder }) {
  const project = open(folder)
  const found = uses(project)
  const changes = needed(project, plan(project, found))
  const written = wanted && changes.length > 0
  if (written) write(project, changes)
  return { project, uses: found, switched: switched(project), changes, written }
}

function print(stream, lines) {
  stream.write(`${lines.join('\n')}\n`)
}

function run({ values, folder }, { stdout, env }) {
  const paint = report.painter(stdout, env)
  if (values.undo) {
    const project = open(folder)
    const restored = undo(project)
    if (values.json) print(stdout, [JSON.stringify({ folder, restored }, null, 2)])
    else if (restored.length === 0) print(stdout, ['There is nothing to undo.'])
    else print(stdout, [`Restored ${restored.join(', ')}. Now: ${report.commands(project)}`])
    return OK
  }
  const { project, ...result } = adopt({ write: values.write, folder })
  if (values.json) {
    const files = { manifest: 'package.json', locks: project.locks.flatMap(({ file }) => file ?? []) }
    const changes = result.changes.map(({ file = 'package.json', keys, to }) => ({ file, keys, to }))
    const plain = result.uses.map((use) => ({ ...use, kind: undefined, replacement: use.replacement?.spec }))
    print(stdout, [JSON.stringify({ folder, files, ...result, uses: plain, changes }, null, 2)])
  } else {
    print(stdout, report.listing(project, result, paint))
  }
  return result.uses.some(({ malware }) => malware) && !values.write ? MALWARE : OK
}

/** The command line. Returns the exit code. */
function main(args, { stdout, stderr, env }) {
  let parsed
  try {
    parsed = parseArgs({ args, options: OPTIONS, allowPositionals: true })
  } catch (error) {
    stderr.write(`${error.message}\n\n${HELP}`)
    return MISUSED
  }
  const { values, positionals } = parsed
  const [command, folder = '.', ...rest] = positionals
  if (values.help || command === undefined) {
    stdout.write(HELP)
    return values.help ? OK : MISUSED
  }
  if (command !== 'adopt' || rest.length > 0 || (values.write && values.undo)) {
    stderr.write(HELP)
    return MISUSED
  }
  try {
    return run({ values, folder: path.resolve(folder) }, { stdout, env })
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    if (values.json) print(stdout, [JSON.stringify({ error: error.message }, null, 2)])
    stderr.write(`${error.message}\n`)
    return FAILED
  }
}

module.exports = { main }
