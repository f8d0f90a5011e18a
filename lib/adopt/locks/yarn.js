'use strict'

/** yarn.lock, of Yarn 1 (its own format) and of Yarn 2 and later (YAML): blocks under the ranges they were chosen for. */

const { Graph } = require('./graph')
const { documents, scalar } = require('./yaml')

const KINDS = ['dependencies', 'devDependencies', 'optionalDependencies']

/** `name@range` in two; the name may begin with an @. */
function split(descriptor) {
  const at = descriptor.indexOf('@', 1)
  return at === -1 ? [descriptor, ''] : [descriptor.slice(0, at), descriptor.slice(at + 1)]
}

/** The package behind descriptors: what an alias among them (`npm:other@1`) stands for, else their name. */
function realName(descriptors) {
  const aliases = descriptors.map((one) => /^npm:((?:@[^/@]+\/)?[^/@]+)@/.exec(split(one)[1])?.[1])
  return aliases.find(Boolean) ?? split(descriptors[0])[0]
}

/** Yarn 1 writes `key value` where YAML has `key: value`, and nothing else that matters. */
function classic(text) {
  const lines = text.split(/\r?\n/).map((line, index) => {
    if (/^\s*(?:#.*)?$/.test(line)) return ''
    if (/^[^ ].*:$/.test(line))
      return `${JSON.stringify(line.slice(0, -1).split(/, ?/).map(scalar).join(', '))}:`
    const found = /^( +)("[^"]*"|[^\s"]+)(?: (.*)|:)$/.exec(line)
    if (!found) throw new SyntaxError(`not understood at line ${index + 1}`)
    const [, indent, key, value] = found
    return `${indent}${JSON.stringify(scalar(key))}:${value === undefined ? '' : ` ${value}`}`
  })
  return documents(lines.join('\n'))[0] ?? {}
}

/** Entries by every range they were chosen for. */
function index(blocks) {
  const byRange = new Map()
  for (const key of Object.keys(blocks)) {
    for (const descriptor of key.split(', ')) byRange.set(descriptor, key)
  }
  return byRange
}

function link(found, entry, byRange) {
  for (const kind of KINDS) {
    for (const [alias, spec] of Object.entries(entry[kind] ?? {})) {
      const to =
        byRange.get(`${alias}@${spec}`) ?? byRange.get(`${alias}@npm:${spec}`) ?? overridden(byRange, alias)
      if (to !== undefined) found.wants.push({ alias, spec, to })
    }
  }
}

/** Under `resolutions` the range a package asks for need not be in the file: then there is one entry of that name. */
function overridden(byRange, alias) {
  const keys = new Set(
    [...byRange].filter(([descriptor]) => split(descriptor)[0] === alias).map(([, key]) => key)
  )
  return keys.size === 1 ? [...keys][0] : undefined
}

function read(text, manifest) {
  const berry = /^__metadata:/m.test(text)
  const blocks = { ...(berry ? documents(text)[0] : classic(text)) }
  delete blocks.__metadata
  const graph = new Graph()
  const byRange = index(blocks)
  for (const [key, entry] of Object.entries(blocks)) {
    const descriptors = berry ? [entry.resolution ?? key] : key.split(', ')
    const [, range] = split(descriptors[0])
    const root = range.startsWith('workspace:')
    const label = root ? range.slice('workspace:'.length) : realName(descriptors)
    link(graph.add(key, { name: label, version: root ? undefined : entry.version, root }), entry, byRange)
  }
  if (!berry) link(graph.add('.', { name: '.', root: true }), manifest, byRange)
  return graph
}

module.exports = { isBerry: (text) => /^__metadata:/m.test(text), read, split }
