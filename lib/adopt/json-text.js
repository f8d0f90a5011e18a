'use strict'

/**
 * JSON with the places of everything in it, so that a file can be changed without touching what was not meant.
 *
 * A node is `{ type, start, end, value }`, an object's also has `members`: `{ key, start, colon, node }`, where `start` is that
 * of the key and `colon` what stands between key and value.
 */

const SPACE = /[ \t\r\n]*/y
const STRING = /"(?:[^"\\\p{Cc}]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/uy
const OTHER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y
// Deeper than any package.json; a file made to exhaust the stack gets the same message as any other wrong one.
const DEEPEST = 200

class Reader {
  constructor(text) {
    this.text = text
    this.at = text.startsWith('\ufeff') ? 1 : 0
  }

  fail() {
    const before = this.text.slice(0, this.at).split('\n')
    throw new SyntaxError(`not JSON at line ${before.length}, column ${before.at(-1).length + 1}`)
  }

  match(pattern) {
    pattern.lastIndex = this.at
    const found = pattern.exec(this.text)
    if (!found) this.fail()
    this.at = pattern.lastIndex
    return found[0]
  }

  take(character) {
    if (this.text[this.at] !== character) return false
    this.at++
    return true
  }

  value(depth = 0) {
    if (depth > DEEPEST) this.fail()
    const start = this.at
    const first = this.text[start]
    if (first === '{') return this.object(start, depth)
    if (first === '[') return this.array(start, depth)
    const raw = this.match(first === '"' ? STRING : OTHER)
    return { type: first === '"' ? 'string' : 'other', start, end: this.at, value: JSON.parse(raw) }
  }

  object(start, depth) {
    const members = []
    this.take('{')
    this.match(SPACE)
    if (!this.take('}')) {
      do {
        this.match(SPACE)
        const begin = this.at
        const key = JSON.parse(this.match(STRING))
        const colon = this.at
        this.match(SPACE)
        if (!this.take(':')) this.fail()
        this.match(SPACE)
        const between = this.text.slice(colon, this.at)
        members.push({ key, start: begin, colon: between, node: this.value(depth + 1) })
        this.match(SPACE)
      } while (this.take(','))
      if (!this.take('}')) this.fail()
    }
    return { type: 'object', start, end: this.at, members }
  }

  array(start, depth) {
    this.take('[')
    this.match(SPACE)
    if (!this.take(']')) {
      do {
        this.match(SPACE)
        this.value(depth + 1)
        this.match(SPACE)
      } while (this.take(','))
      if (!this.take(']')) this.fail()
    }
    return { type: 'array', start, end: this.at }
  }
}

/** The tree of a text that is one JSON value; throws a SyntaxError with the place. */
function read(text) {
  const reader = new Reader(text)
  reader.match(SPACE)
  const node = reader.value()
  reader.match(SPACE)
  if (reader.at !== text.length) reader.fail()
  return node
}

/** The last member of that name, which is the one JSON.parse takes. */
const member = (node, key) => node?.members?.findLast((one) => one.key === key)

/** The node at a path of keys, or undefined. */
const at = (node, keys) => keys.reduce((found, key) => member(found, key)?.node, node)

/** An object of strings as entries. */
const strings = (node) =>
  (node?.members ?? []).filter(({ node }) => node.type === 'string').map(({ key, node }) => [key, node.value])

module.exports = { at, member, read, strings }
