'use strict'

// Keeps the arrows between the parts: index.js → lib/<dialect> → lib/engine → src/node → src/net → src/core.
// Each part stays testable without the ones above it only as long as nothing points back up.
//
//   node scripts/check-arrows.js [root]

const fs = require('node:fs')
const path = require('node:path')
const { code } = require('./rust-source')

const root = path.resolve(process.argv[2] ?? path.join(__dirname, '..'))

// What a part of src must not name in its code.
const FORBIDDEN = [
  { under: 'src/core/', word: /\bnapi(?:_derive|_sys|_build)?\b/g, why: 'core knows no napi' },
  { under: 'src/core/', word: /\btokio\w*/g, why: 'core knows no tokio' },
  { under: 'src/core/', word: /\bcrate::(?:\{[^;]*\b)?(?:net|node)\b/g, why: 'core knows nothing above it' },
  { under: 'src/net/', word: /\bnapi(?:_derive|_sys|_build)?\b/g, why: 'net knows no napi' },
  { under: 'src/net/', word: /\bcrate::(?:\{[^;]*\b)?node\b/g, why: 'net knows nothing above it' }
]

// Not even in a comment: whoever needs the name to explain the code has put it in the wrong place.
const DIALECT = /node[-_]?ipc|nssocket|\bipc[-_.]?io|socket[-_]?ipc|socket[-_]?model/i
const MAY_NAME_DIALECTS = 'src/core/routing/'

const MAY_BE_UNSAFE = /^src\/node\/(?:raw|loop_path)(?:\.rs$|[/_])/

// Packages a dialect may require; every other one only node's own.
const PACKAGES = { nssocket: ['eventemitter2'] }
const GENERATED = new Set(['lib/engine/native.js', 'lib/engine/native.d.ts'])

const REQUIRED = [
  /\brequire\s*\(\s*(['"])(?<name>[^'"\n]*)\1/g,
  /\bimport\s*\(\s*(['"])(?<name>[^'"\n]*)\1/g,
  /\b(?:import|export)\b[^'"`;]*?\bfrom\s*(['"])(?<name>[^'"\n]*)\1/g,
  /^\s*import\s*(['"])(?<name>[^'"\n]*)\1/gm
]
const COMPUTED = /\b(?:require|import)\s*\(\s*(?!['"\s])/g

const problems = []

function report(file, line, why) {
  problems.push(`${file}:${line}: ${why}`)
}

function* files(folder, pattern) {
  const full = path.join(root, folder)
  if (!fs.existsSync(full)) return
  for (const entry of fs.readdirSync(full, { withFileTypes: true })) {
    const name = `${folder}/${entry.name}`
    if (entry.isDirectory()) yield* files(name, pattern)
    else if (pattern.test(name)) yield name
  }
}

function lineOf(text, index) {
  return text.slice(0, index).split('\n').length
}

function checkRust(file, text) {
  const compiled = code(text)
  for (const { under, word, why } of FORBIDDEN) {
    if (!file.startsWith(under)) continue
    for (const { index } of compiled.matchAll(word)) report(file, lineOf(compiled, index), why)
  }
  const lines = compiled.split('\n')
  const original = text.split('\n')
  lines.forEach((line, index) => {
    if (!file.startsWith(MAY_NAME_DIALECTS) && DIALECT.test(original[index])) {
      report(file, index + 1, `names a dialect outside ${MAY_NAME_DIALECTS}`)
    }
    if (!/\bunsafe\b/.test(line)) return
    if (!MAY_BE_UNSAFE.test(file))
      report(file, index + 1, 'unsafe outside src/node/raw and src/node/loop_path')
    if (/\bunsafe\s*(?:\{|impl\b|$)/.test(line) && !isJustified(original, lines, index)) {
      report(file, index + 1, 'unsafe without a SAFETY comment above it')
    }
  })
}

// The comment stands above the statement that holds the block; the statement may have begun some lines earlier.
function isJustified(original, lines, index) {
  for (let above = index - 1; above >= 0; above--) {
    const isComment = original[above].trim() !== '' && lines[above].trim() === ''
    if (isComment && /\/\/.*\bSAFETY:/.test(original[above])) return true
    const isAttribute = /^\s*#!?\[/.test(lines[above])
    const isSameStatement = lines[above].trim() !== '' && !/[;{},]\s*$/.test(lines[above])
    if (!isComment && !isAttribute && !isSameStatement) return false
  }
  return false
}

function checkScript(file, text) {
  const part = file.split('/')[1]
  const allowed = PACKAGES[part] ?? []
  const folder = `lib/${part}/`
  for (const pattern of REQUIRED) {
    for (const { index, groups } of text.matchAll(pattern)) {
      const { name } = groups
      if (name.startsWith('node:') || allowed.includes(name)) continue
      const target = name.startsWith('.') ? path.posix.join(path.posix.dirname(file), name) : undefined
      if (target?.startsWith(folder) || `${target}/` === folder) continue
      if (part !== 'engine' && target === 'lib/engine') continue
      const may =
        part === 'engine' ? 'its own files and node: modules' : '../engine, its own files and node: modules'
      report(
        file,
        lineOf(text, index),
        `requires ${name}; lib/${part} may require ${[may, ...allowed].join(', ')}`
      )
    }
  }
  for (const { index } of text.matchAll(COMPUTED)) {
    report(file, lineOf(text, index), 'requires a computed name, which nobody can check')
  }
}

// Prose about require(…) in a comment is no arrow. Types in JSDoc are not followed at run time either.
function withoutComments(text) {
  return text.replace(/\/\*[^]*?\*\/|(?<=^|\s)\/\/[^\n]*/g, (comment) => comment.replace(/[^\n]/g, ' '))
}

for (const file of files('src', /\.rs$/)) checkRust(file, fs.readFileSync(path.join(root, file), 'utf8'))
for (const file of files('lib', /\.(?:[cm]?js|d\.[cm]?ts)$/)) {
  if (GENERATED.has(file)) continue
  checkScript(file, withoutComments(fs.readFileSync(path.join(root, file), 'utf8')))
}

for (const problem of problems) console.error(problem)
process.exitCode = problems.length === 0 ? 0 : 1
