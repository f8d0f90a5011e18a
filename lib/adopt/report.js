'use strict'

/** What a person reads. */

const COLORS = { bold: 1, dim: 2, red: 31, green: 32, yellow: 33, cyan: 36 }
const NEXT = { npm: 'npm install', pnpm: 'pnpm install', yarn: 'yarn install' }

/** Paints on a terminal that wants it; elsewhere the text itself. */
function painter(stream, env) {
  const wanted = env.NO_COLOR
    ? false
    : Boolean(env.FORCE_COLOR) || (stream.isTTY === true && env.TERM !== 'dumb')
  return (color, text) => (wanted ? `\u001b[${COLORS[color]}m${text}\u001b[0m` : text)
}

const count = (number, noun) => `${number} ${noun}${number === 1 ? '' : 's'}`
const places = ({ locks }) => ['package.json', ...locks.flatMap(({ file }) => file ?? [])].join(', ')
const commands = ({ locks }) => [...new Set(locks.map(({ manager }) => NEXT[manager]))].join(', ')

/** Uses of one version together, worst first. */
function versions(uses) {
  const groups = new Map()
  for (const use of uses) {
    const key = `${use.name} ${use.version ?? use.range}`
    groups.set(key, [...(groups.get(key) ?? []), use])
  }
  return [...groups].sort(([, [a]], [, [b]]) => Boolean(b.malware) - Boolean(a.malware))
}

/** One line a way, at most a handful: a monorepo may have hundreds. */
function ways(group, paint) {
  const lines = new Set(
    group.map(({ direct, member, alias, name, range, way }) => {
      if (!direct) return `      through ${way.slice(0, -1).join(' › ')}`
      const as = alias === name ? '' : ` as ${alias}`
      return `      ${member ? `by ${member}` : 'directly'}${as} (${range})`
    })
  )
  const shown = [...lines].slice(0, 5)
  const more = lines.size - shown.length
  return [...shown, ...(more > 0 ? [`      and ${count(more, 'more way')}`] : [])].map((line) =>
    paint('dim', line)
  )
}

function found(uses, paint) {
  return versions(uses).flatMap(([key, group]) => {
    const { malware, replacement } = group[0]
    const to = replacement
      ? paint('green', replacement.spec.slice('npm:'.length))
      : paint('yellow', 'no drop-in for this line')
    const lines = [`  ${paint('bold', key)} → ${to}`]
    if (malware) {
      lines.push(`      ${paint('red', `MALWARE: ${malware.what}`)}`)
      lines.push(`      ${paint('red', malware.advisories.join(', '))}`)
    }
    return [...lines, ...ways(group, paint), '']
  })
}

function entries(changes, paint) {
  return changes.map(({ file = 'package.json', keys, to }) => {
    const place = [...keys.slice(0, -1), JSON.stringify(keys.at(-1))].join(' › ')
    return `  ${file}: ${place} = ${paint('green', JSON.stringify(to))}`
  })
}

/** The whole report on a project, as lines. */
function listing(project, { uses, switched, changes, written }, paint) {
  const lines = [paint('bold', `Read ${places(project)}`), '']
  if (!project.locks.some(({ file }) => file))
    lines.push(
      paint('yellow', 'There is no lock file: only direct dependencies are known, and no exact version.'),
      ''
    )
  lines.push(...found(uses, paint))
  if (switched.length > 0)
    lines.push(
      ...switched.map(({ name, facade, version }) => `  ${name} is ${facade} ${version} already`),
      ''
    )
  if (uses.length === 0) return [...lines, 'No original is used here.']

  const bad = uses.filter(({ malware }) => malware)
  if (bad.length > 0) {
    lines.push(
      paint(
        'red',
        'A version that carries malware is in the lock file. If it was installed, it may have run:'
      ),
      paint('red', 'read the advisory, and change the secrets that machine could reach.'),
      ''
    )
  }
  if (changes.length === 0) {
    const left = uses.some(({ replacement }) => replacement)
    return [
      ...lines,
      left
        ? `Everything is in place in package.json. Now: ${commands(project)}`
        : 'There is nothing to switch.'
    ]
  }
  lines.push(written ? 'Written:' : 'npx napi-ipc adopt --write would set:', ...entries(changes, paint), '')
  lines.push(
    written
      ? `Now: ${commands(project)}. Then npx napi-ipc adopt again shows what is left. Back: npx napi-ipc adopt --undo`
      : `${count(uses.length, 'use')}; nothing was changed.`
  )
  return lines
}

module.exports = { commands, listing, painter }
