'use strict'

/**
 * Writes changes into package.json, and takes them out again.
 *
 * What is added is known by its value. What had to be replaced is kept, as it stood, under one key at the end of the file:
 * without it nobody could restore the file on another machine.
 */

const json = require('./json-text')
const edit = require('./json-edit')
const { Problem } = require('./problem')
const { isOurs } = require('./originals')
const { SECTIONS } = require('./project')

const RECORD = 'napi-ipc-adopt'
const PLACES = [['overrides'], ['pnpm', 'overrides'], ['resolutions']]

const pointer = (keys) => keys.map((key) => `/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')
const keysOf = (text) =>
  text
    .split('/')
    .slice(1)
    .map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'))

/** Keeps what stands at `keys`, unless that is known from before. */
function record(text, keys) {
  const name = pointer(keys)
  if (json.at(json.read(text), [RECORD, name])) return text
  return edit.add(text, [RECORD], name, edit.raw(text, keys))
}

function write(text, keys, to) {
  const root = json.read(text)
  if (json.at(root, keys)) return edit.replace(record(text, keys), keys, to)
  // An object that is there but empty looks as it did only if its white space is known.
  for (let depth = 1; depth < keys.length; depth++) {
    const above = keys.slice(0, depth)
    const node = json.at(root, above)
    if (!node) break
    if (node.type !== 'object')
      throw new Problem('package.json', `${above.join('.')} is not an object; left as it is`)
    if (node.members.length === 0) text = record(text, above)
  }
  return edit.add(text, keys.slice(0, -1), keys.at(-1), to)
}

/** The text with all changes made. */
const apply = (text, changes) => changes.reduce((before, { keys, to }) => write(before, keys, to), text)

function* ours(node, keys) {
  for (const { key, node: value } of node?.members ?? []) {
    if (value.type === 'object') yield* ours(value, [...keys, key])
    else if (isOurs(value.value)) yield [...keys, key]
  }
}

/** Takes a member out, and the objects that are empty without it. */
function removeUp(text, keys) {
  const without = edit.remove(text, keys)
  const above = keys.slice(0, -1)
  if (above.length === 0 || json.at(json.read(without), above).members.length > 0) return without
  return removeUp(without, above)
}

/** The text as it was before. Entries somebody has changed since are his own and stay. */
function undo(text) {
  const kept = json.at(json.read(text), [RECORD])
  const before = new Map(
    (kept?.members ?? []).map(({ key, node }) => [key, text.slice(node.start, node.end)])
  )
  if (kept) text = edit.remove(text, [RECORD])

  for (const [name, was] of before) {
    const node = json.at(json.read(text), keysOf(name))
    if (isOurs(node?.value)) text = edit.replace(text, keysOf(name), edit.verbatim(was))
  }
  for (const place of PLACES) {
    for (const keys of [...ours(json.at(json.read(text), place), place)]) {
      const empty = keys
        .map((_, index) => keys.slice(0, index))
        .filter((above) => above.length > 0 && before.has(pointer(above)))
        .find((above) => onlyOne(json.at(json.read(text), above)))
      if (empty) text = edit.replace(text, empty, edit.verbatim(before.get(pointer(empty))))
      else text = removeUp(text, keys)
    }
  }
  return text
}

/** True if taking out the one value in it would leave nothing. */
const onlyOne = (node) =>
  node.members.length === 1 && (node.members[0].node.type !== 'object' || onlyOne(node.members[0].node))

/** True if anything in the file was written by this command. */
function isSwitched(text) {
  const root = json.read(text)
  const direct = SECTIONS.some((section) =>
    json.strings(json.at(root, [section])).some(([, spec]) => isOurs(spec))
  )
  return (
    json.at(root, [RECORD]) !== undefined ||
    direct ||
    PLACES.some((place) => !ours(json.at(root, place), place).next().done)
  )
}

module.exports = { apply, isSwitched, undo }
