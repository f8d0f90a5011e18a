'use strict'

/**
 * Changes of a JSON text that leave every other byte as it was. Each takes the text and gives the new one; new members are set
 * like those around them: their white space is copied from the first member of the object, so any style of the file is kept.
 */

const { at, member, read } = require('./json-text')

const splice = (text, start, end, by) => text.slice(0, start) + by + text.slice(end)

/** The white space in front of an object's members; a nested one of an unknown object stands one step deeper. */
function space(text, root, keys) {
  const node = at(root, keys)
  const first = node?.members?.[0]
  if (first) return text.slice(node.start + 1, first.start)
  if (keys.length === 0) return '\n  '
  const above = space(text, root, keys.slice(0, -1))
  if (!above.includes('\n')) return above
  const outermost = space(text, root, [])
  return above + outermost.slice(outermost.lastIndexOf('\n') + 1)
}

const back = (inner, outer) => (inner.includes('\n') ? outer : inner)

/** Writes a value: a string, or an object of values, as it looks below `keys`. */
function write(value, keys, style) {
  if (typeof value === 'string') return JSON.stringify(value)
  if (value instanceof Raw) return value.text
  const inner = style.space(keys)
  const members = Object.entries(value).map(
    ([key, one]) => inner + JSON.stringify(key) + style.colon + write(one, [...keys, key], style)
  )
  return `{${members.join(',')}${back(inner, style.space(keys.slice(0, -1)))}}`
}

/** A value as it stood in the file. */
class Raw {
  constructor(text) {
    this.text = text
  }
}

function styleOf(text, root) {
  const colon = root.members[0]?.colon ?? ': '
  return { colon, space: (keys) => space(text, root, keys) }
}

/** Puts a member behind the others of the object at `keys`; an object that is empty or not there is made. */
function add(text, keys, key, value) {
  const root = read(text)
  const node = at(root, keys)
  if (!node) return add(text, keys.slice(0, -1), keys.at(-1), { [key]: value })
  const style = styleOf(text, root)
  const last = node.members.at(-1)
  if (!last) return splice(text, node.start, node.end, write({ [key]: value }, keys, style))
  const written = write(value, [...keys, key], style)
  const colon = node.members[0].colon
  return splice(
    text,
    last.node.end,
    last.node.end,
    `,${style.space(keys)}${JSON.stringify(key)}${colon}${written}`
  )
}

/** Replaces the value at `keys`, by a string or a Raw. */
function replace(text, keys, value) {
  const { start, end } = at(read(text), keys)
  return splice(text, start, end, value instanceof Raw ? value.text : JSON.stringify(value))
}

/** Takes a member out, with the comma and the white space it came with. */
function remove(text, keys) {
  const node = at(read(text), keys.slice(0, -1))
  const index = node.members.indexOf(member(node, keys.at(-1)))
  const [before, one, after] = [node.members[index - 1], node.members[index], node.members[index + 1]]
  if (before) return splice(text, before.node.end, one.node.end, '')
  if (after) return splice(text, one.start, after.start, '')
  return splice(text, node.start + 1, node.end - 1, '')
}

/** The value at `keys` as it stands in the text. */
function raw(text, keys) {
  const node = at(read(text), keys)
  return node && new Raw(text.slice(node.start, node.end))
}

/** A piece of JSON to be written as it is. */
const verbatim = (text) => new Raw(text)

module.exports = { add, raw, remove, replace, verbatim }
