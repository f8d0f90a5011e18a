'use strict'

/** package-lock.json and npm-shrinkwrap.json, versions 2 and 3: a map of places in node_modules. */

const { Graph } = require('./graph')

const KINDS = ['dependencies', 'devDependencies', 'optionalDependencies', 'peerDependencies']
const FOLDER = 'node_modules/'

/** The place of `alias` as seen from `place`: the nearest node_modules on the way up that has it. */
function resolve(places, place, alias) {
  const folders = place === '' ? [] : place.split('/')
  for (; ; folders.pop()) {
    if (folders.at(-1) === 'node_modules') continue
    const candidate = [...folders, 'node_modules', alias].join('/')
    if (Object.hasOwn(places, candidate)) return candidate
    if (folders.length === 0) return undefined
  }
}

function read(text) {
  const lock = JSON.parse(text.replace(/^\ufeff/, ''))
  if (lock?.lockfileVersion < 2 || typeof lock?.packages !== 'object' || lock.packages === null) {
    throw new SyntaxError('lockfileVersion 2 or 3 is needed: run npm install with npm 7 or later once')
  }
  const graph = new Graph()
  const places = lock.packages
  for (const [place, entry] of Object.entries(places)) {
    const name = entry.name ?? place.slice(place.lastIndexOf(FOLDER) + FOLDER.length)
    const root = !place.includes(FOLDER)
    const found = graph.add(place, { name: root ? place || '.' : name, version: entry.version, root })
    const inside = entry.link ? entry.resolved : place
    if (entry.link && typeof inside === 'string') found.wants.push({ alias: name, to: inside })
    const wanted = KINDS.flatMap((kind) =>
      root || kind !== 'devDependencies' ? Object.entries(entry[kind] ?? {}) : []
    )
    for (const [alias, spec] of wanted) {
      const to = resolve(places, place, alias)
      if (to !== undefined) found.wants.push({ alias, spec, to })
    }
  }
  return graph
}

module.exports = { read }
