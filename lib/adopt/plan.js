'use strict'

/**
 * Which entries each package manager needs, as changes `{ file, keys, to }` (`file` is package.json unless said otherwise).
 *
 * One line of a package in use: one entry by its name, which takes in every dependent, present and future. Several: an entry
 * for each, told apart in the way the manager can.
 */

const json = require('./json-text')
const { Problem } = require('./problem')
const { SECTIONS, WORKSPACE } = require('./project')
const { isOurs } = require('./originals')

/** Uses by the name they are required under, those without a drop-in left out. */
function byAlias(uses) {
  const groups = new Map()
  for (const use of uses) {
    if (use.replacement === undefined) continue
    if (!groups.has(use.alias)) groups.set(use.alias, [])
    groups.get(use.alias).push(use)
  }
  return groups
}

const specs = (group) => new Set(group.map(({ replacement }) => replacement.spec))

/** npm refuses an override of a direct dependency unless both say the same: there the dependency itself is switched. */
function directly(manifest, group) {
  const [use] = group.filter(({ direct, member }) => direct && !member)
  if (!use) return []
  return SECTIONS.filter((section) => json.at(manifest, [section, use.alias])?.type === 'string').map(
    (section) => ({
      keys: [section, use.alias],
      to: use.replacement.spec
    })
  )
}

const ENTRIES = {
  npm({ manifest }, alias, group) {
    const deep = group.filter(({ direct, member }) => !direct || member)
    return [...directly(manifest, group), ...overrides(['overrides'], alias, deep, specs(group).size === 1)]
  },
  pnpm({ pnpmOverrides }, alias, group) {
    const file = pnpmOverrides === WORKSPACE ? WORKSPACE : undefined
    const keys = file ? ['overrides'] : ['pnpm', 'overrides']
    return overrides(keys, alias, group, specs(group).size === 1).map((change) => ({ ...change, file }))
  },
  'yarn-berry'(_, alias, group) {
    if (specs(group).size === 1) return overrides(['resolutions'], alias, group, true)
    return group.map(({ range, replacement }) => ({
      keys: ['resolutions', `${alias}@${range.includes(':') ? range : `npm:${range}`}`],
      to: replacement.spec
    }))
  },
  'yarn-classic'({ manifest }, alias, group) {
    if (specs(group).size === 1) return overrides(['resolutions'], alias, group, true)
    const deep = group.filter(({ direct }) => !direct)
    return [
      ...directly(manifest, group),
      ...deep.map(({ from, replacement }) => ({
        keys: ['resolutions', `**/${from}/${alias}`],
        to: replacement.spec
      }))
    ]
  }
}

function overrides(keys, alias, group, single) {
  return group.map(({ replacement }) => ({
    keys: [...keys, single ? alias : `${alias}@${replacement.major}`],
    to: replacement.spec
  }))
}

/** The package an entry of the user's own is about: the last one of `a>b`, `a/**\/b`, `b@1`. */
function subject(key) {
  const last = key.split('>').at(-1).trim()
  const [, name] = /(?:^|\/)((?:@[^/]+\/)?[^/@]+)(?:@.*)?$/.exec(last) ?? []
  return name
}

/** Entries of the user's own about the same package come first for the manager: they are switched too, wherever they are nested. */
function* owned(node, keys, alias) {
  for (const { key, node: value } of node?.members ?? []) {
    const here = [...keys, key]
    if (value.type === 'object') {
      if (subject(key) === alias)
        throw new Problem('package.json', `${here.join('.')} has entries below it; switch it by hand`)
      yield* owned(value, here, alias)
    } else if (value.type === 'string' && subject(key) === alias && !value.value.startsWith('$')) {
      yield { keys: here, value: value.value }
    }
  }
}

function switchOwned(manifest, top, alias, group) {
  return [...owned(json.at(manifest, top), top, alias)]
    .filter(({ value }) => !isOurs(value))
    .map(({ keys, value }) => {
      const all = [...specs(group)]
      const major = Number(/\d+/.exec(value)?.[0] ?? NaN)
      const same = group.find(({ replacement }) => replacement.major === major)
      if (!same && all.length > 1) {
        throw new Problem(
          'package.json',
          `${keys.join('.')} says ${value}, which is no line in use; switch it by hand`
        )
      }
      return { keys, to: same?.replacement.spec ?? all[0] }
    })
}

const PLACES = {
  npm: ['overrides'],
  pnpm: ['pnpm', 'overrides'],
  'yarn-berry': ['resolutions'],
  'yarn-classic': ['resolutions']
}

/** All changes that are needed, each once; none if everything is in place. */
function plan(project, uses) {
  const changes = new Map()
  for (const { kind } of project.locks) {
    for (const [alias, group] of byAlias(uses.filter((use) => use.kind === kind))) {
      const wanted = [
        ...switchOwned(project.manifest, PLACES[kind], alias, group),
        ...ENTRIES[kind](project, alias, group)
      ]
      for (const change of wanted) {
        const place = JSON.stringify([change.file, change.keys])
        // Yarn 1 cannot tell two versions of one dependent apart.
        if ((changes.get(place)?.to ?? change.to) !== change.to) {
          throw new Problem(
            'package.json',
            `${change.keys.join('.')} would need two values; switch it by hand`
          )
        }
        changes.set(place, change)
      }
    }
  }
  return [...changes.values()].filter(
    ({ file, keys, to }) => file !== undefined || json.at(project.manifest, keys)?.value !== to
  )
}

module.exports = { plan }
