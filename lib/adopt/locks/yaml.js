'use strict'

/**
 * The part of YAML that pnpm and Yarn write into lock files: mappings by indentation, scalars on one line. Lists, flow collections
 * and text in blocks are read over, because nothing that is looked for stands in them. What is none of that is an error.
 */

const LINE =
  /^( *)(?:"((?:[^"\\]|\\.)*)"|'((?:[^']|'')*)'|([^\s"'#?:[{|>&*!%@`-][^]*?|[^\s"'#?:[{|>&*!%@`](?=[^\s:])[^]*?)) *:(?: +([^]*))?$/
const EXPLICIT = /^( *)\? +(.*)$/
const BLOCK = /^[|>][+-]?\d?$/

/** A scalar without its quotes. */
function scalar(text) {
  if (/^"(?:[^"\\]|\\.)*"$/.test(text)) return JSON.parse(text)
  if (/^'(?:[^']|'')*'$/.test(text)) return text.slice(1, -1).replaceAll("''", "'")
  return text
}

const depth = (line) => line.length - line.trimStart().length

class Reader {
  constructor(text) {
    this.lines = text.split(/\r?\n/)
    this.at = 0
  }

  fail() {
    throw new SyntaxError(`not understood at line ${this.at + 1}`)
  }

  /** The next line with content, or undefined. */
  next() {
    while (this.at < this.lines.length && /^\s*(?:#.*)?$/.test(this.lines[this.at])) this.at++
    return this.lines[this.at]
  }

  skipDeeper(indent) {
    for (let line; (line = this.next()) !== undefined && depth(line) > indent;) this.at++
  }

  /** The mapping whose keys stand at `indent`. */
  mapping(indent) {
    const result = Object.create(null)
    for (let line; (line = this.next()) !== undefined && !line.startsWith('---');) {
      const here = depth(line)
      if (here < indent) break
      if (here > indent) this.fail()
      const [key, rest] = this.entry(line)
      result[key] = this.value(rest, indent)
    }
    return result
  }

  entry(line) {
    const explicit = EXPLICIT.exec(line)
    if (explicit) return this.explicit(explicit)
    const found = LINE.exec(line)
    if (!found) this.fail()
    this.at++
    const [, , double, single, plain, rest = ''] = found
    const key = double === undefined ? (single?.replaceAll("''", "'") ?? plain) : JSON.parse(`"${double}"`)
    return [key, rest.trim()]
  }

  /** A key too long for one line with its value: `? key`, then `: value`. */
  explicit([, indent, key]) {
    this.at++
    const line = this.next()
    if (line === undefined || !line.startsWith(`${indent}:`)) this.fail()
    const rest = line.slice(indent.length + 1)
    // A mapping may begin on this line; the rest of it stands as far in as this does.
    if (LINE.test(rest.trimStart())) this.lines[this.at] = `${indent} ${rest}`
    else this.at++
    return [scalar(key.trim()), LINE.test(rest.trimStart()) ? '' : rest.trim()]
  }

  value(text, indent) {
    if (BLOCK.test(text)) return this.skipDeeper(indent)
    if (text !== '' && !text.startsWith('#')) {
      // A flow collection or a folded scalar may go on below, further in.
      this.skipDeeper(indent)
      return scalar(text)
    }
    const line = this.next()
    if (line === undefined) return undefined
    const below = depth(line)
    if (/^ *-(?: |$)/.test(line)) return below >= indent ? this.list(below) : undefined
    return below > indent ? this.mapping(below) : undefined
  }

  list(indent) {
    for (let line; (line = this.next()) !== undefined; this.at++) {
      if (depth(line) < indent || (depth(line) === indent && !/^ *-(?: |$)/.test(line))) break
    }
  }
}

/** The documents in a text, each a mapping without a prototype. */
function documents(text) {
  const reader = new Reader(text.replace(/^\ufeff/, ''))
  const result = []
  while (reader.next() !== undefined) {
    if (reader.next().startsWith('---')) reader.at++
    else result.push(reader.mapping(0))
  }
  return result
}

module.exports = { documents, scalar }
