'use strict'

/**
 * Overrides in pnpm-workspace.yaml, where pnpm 10.6 and later look for them. The file is the user's and may have comments, so it is
 * changed by lines, and every line that is added says so where its value does not.
 */

const { scalar } = require('./locks/yaml')
const { Problem } = require('./problem')
const { isOurs } = require('./originals')
const { WORKSPACE } = require('./project')

const MADE = ' # napi-ipc adopt'
const WAS = '# napi-ipc adopt, before: '
const TOP = /^overrides:\s*(?:#.*)?$/
const ENTRY = /^( +)("[^"]*"|'[^']*'|[^\s"'#][^\s]*?):(?: +(.*))?$/

const quoted = (key) => (key.startsWith('@') ? `'${key}'` : key)

function newline(text) {
  return text.includes('\r\n') ? '\r\n' : '\n'
}

/** The lines of the block `overrides`: `{ top, end, entries: [{ at, indent, key, value }] }`, or undefined. */
function block(lines) {
  const top = lines.findIndex((line) => TOP.test(line))
  if (top === -1) {
    if (lines.some((line) => /^["']?overrides["']?\s*:/.test(line)))
      throw new Problem(WORKSPACE, 'its overrides are not written one a line; left as it is')
    return undefined
  }
  const entries = []
  let end = top + 1
  for (let at = end; at < lines.length && !/^[^\s#]/.test(lines[at]); at++) {
    const found = ENTRY.exec(lines[at])
    if (!found) continue
    const [, indent, key, value = ''] = found
    entries.push({ at, indent, key: scalar(key), value: scalar(value.replace(/\s+#.*$/, '')) })
    end = at + 1
  }
  return { top, end, entries }
}

function put(lines, key, to) {
  const found = block(lines)
  if (!found) {
    // Behind everything, but in front of what the last line break ends in.
    const end = lines.at(-1) === '' ? lines.length - 1 : lines.length
    return lines.toSpliced(end, 0, `overrides:${MADE}`, `  ${quoted(key)}: ${to}`)
  }
  const entry = found.entries.find((one) => one.key === key)
  if (entry?.value === to) return lines
  const indent = entry?.indent ?? found.entries[0]?.indent ?? '  '
  const line = `${indent}${quoted(key)}: ${to}`
  if (!entry) return lines.toSpliced(found.end, 0, line)
  return lines.toSpliced(entry.at, 1, `${indent}${WAS}${lines[entry.at].trimStart()}`, line)
}

/** The text with the entries added; `undefined` stands for no file. */
function apply(text, changes) {
  const end = newline(text ?? '')
  // A file of its own is told by its first line, which goes with it.
  const lines = (text ?? `${MADE.trim()}\n`).split(end)
  return changes.reduce((before, { keys, to }) => put(before, keys.at(-1), to), lines).join(end)
}

/** The text as it was before; `undefined` if there was no file. */
function undo(text) {
  const end = newline(text)
  let lines = text.split(end)
  const found = block(lines)
  for (const { at, indent, value } of found?.entries.toReversed() ?? []) {
    if (!isOurs(value)) continue
    const was = lines[at - 1].startsWith(indent + WAS)
      ? lines[at - 1].slice((indent + WAS).length)
      : undefined
    lines = was === undefined ? lines.toSpliced(at, 1) : lines.toSpliced(at - 1, 2, indent + was)
  }
  const left = block(lines)
  if (left && left.entries.length === 0 && lines[left.top].endsWith(MADE))
    lines = lines.toSpliced(left.top, 1)
  const result = lines.join(end)
  return result === `${MADE.trim()}\n` ? undefined : result
}

const isSwitched = (text) =>
  text !== undefined && (block(text.split(newline(text)))?.entries ?? []).some(({ value }) => isOurs(value))

module.exports = { apply, isSwitched, undo }
