'use strict'

/** Where the originals are used, and where a drop-in stands in for one already. */

const { FACADES, isOriginal, malware, replacement } = require('./originals')

/** Names from the project down to the package, as somebody reads them. */
const names = (way) => way.map(({ name, version }) => (version === undefined ? name : `${name} ${version}`))

/**
 * Every use: `{ manager, kind, name, version, alias, range, from, direct, way, replacement, malware }`. `replacement` is undefined
 * where no drop-in was tested for the line, and then nothing is changed.
 */
function uses({ locks }) {
  return locks.flatMap(({ manager, kind, graph }) => {
    const ways = graph.ways()
    return [...graph.wishes(({ name }) => isOriginal(name))].map(({ from, alias, spec, to }) => ({
      manager,
      kind,
      name: to.name,
      version: to.version,
      alias,
      range: spec,
      from: from.root ? undefined : from.name,
      member:
        from.root && !['', '.', 'importer .'].includes(from.id) && from.name !== '.' ? from.name : undefined,
      direct: from.root,
      // A package nothing leads to is a leftover in the lock file; it is listed all the same.
      way: names([...(ways.get(from.id) ?? [from]).filter(({ root }) => !root), to]),
      replacement: replacement(to.name, to.version ?? spec),
      malware: malware(to.name, to.version)
    }))
  })
}

/** What is switched: `{ name, facade, version }`, each once. */
function switched({ locks }) {
  const found = new Map()
  for (const { graph } of locks) {
    for (const { name, version } of graph.packages.values()) {
      if (FACADES.has(name))
        found.set(`${name} ${version}`, { name: FACADES.get(name), facade: name, version })
    }
  }
  return [...found.values()]
}

module.exports = { switched, uses }
