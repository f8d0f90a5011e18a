'use strict'

/** pnpm-lock.yaml: versions 5 (pnpm 6 and 7), 6 (pnpm 8) and 9 (pnpm 9 and later), told apart by how they name a package. */

const { Graph } = require('./graph')
const { documents } = require('./yaml')

const KINDS = ['dependencies', 'devDependencies', 'optionalDependencies']
const withoutPeers = (id) => id.replace(/\(.*$/s, '')

/** `/name/1.0.0_peers` of version 5, `/name@1.0.0(peers)` of 6, `name@1.0.0(peers)` of 9. */
function named(id, version) {
  const text = withoutPeers(id).replace(/^\//, '')
  const at = version < 6 ? text.lastIndexOf('/') : text.indexOf('@', 1)
  const end = text.slice(at + 1)
  return { name: text.slice(0, at), version: version < 6 ? end.split('_')[0] : end }
}

/** The id of what a dependency was resolved to. */
function chosen(alias, value, version) {
  if (version < 6) return value.startsWith('/') ? value : `/${alias}/${value}`
  if (version < 9) return value.startsWith('/') ? value : `/${alias}@${value}`
  // Another package under this name stands with its own name in front; a version, an address or a link has no name.
  return /^(?:@[^/@]+\/)?[^/@:()]+@/.test(value) ? value : `${alias}@${value}`
}

const specOf = (value, specifiers, alias) => value?.specifier ?? specifiers?.[alias]

function addWants(found, entry, version, specifiers) {
  for (const kind of KINDS) {
    for (const [alias, value] of Object.entries(entry?.[kind] ?? {})) {
      const picked = typeof value === 'string' ? value : value?.version
      if (typeof picked !== 'string') continue
      found.wants.push({ alias, spec: specOf(value, specifiers, alias), to: chosen(alias, picked, version) })
    }
  }
}

function read(text) {
  const all = documents(text)
  // From pnpm 11 on a document about pnpm itself may stand in front.
  const lock = all.at(-1)
  const version = Number.parseFloat(lock?.lockfileVersion)
  if (!(version >= 5 && version < 10)) throw new SyntaxError('lockfileVersion 5 to 9 is needed')
  const graph = new Graph()
  graph.lockVersion = version
  for (const [place, importer] of Object.entries(lock.importers ?? { '.': lock })) {
    addWants(
      graph.add(`importer ${place}`, { name: place, root: true }),
      importer,
      version,
      importer?.specifiers
    )
  }
  const entries = { ...lock.packages, ...lock.snapshots }
  for (const [id, entry] of Object.entries(entries)) {
    addWants(graph.add(id, named(id, version)), entry, version)
  }
  return graph
}

module.exports = { read }
