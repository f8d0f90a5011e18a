'use strict'

// node bench/chart.js [results.json]
//
// Draws docs/bench/<dialect>.svg, a bar a subject in each scenario, the longer the better, from the results
// of a run, the latest one unless told. docs/bench/results.json is a copy of them.

const fs = require('node:fs')
const path = require('node:path')
const scenarios = require('./scenarios')

const TARGET = path.join(__dirname, '..', 'docs', 'bench')
const WIDTH = 760
const LABEL = 150
const ROOM = 90
const BAR = 14
const GAP = 3
const COLOURS = ['#0b7a75', '#8d99ae', '#b7bfcc', '#cfd4dc', '#d9c58b']
const FONT = 'font-family="system-ui, sans-serif"'

function latest() {
  const folder = path.join(__dirname, 'results')
  const names = fs.existsSync(folder) ? fs.readdirSync(folder).filter((name) => name.endsWith('.json')) : []
  if (names.length === 0) throw new Error('there are no results: npm run bench makes some')
  return path.join(folder, names.sort().at(-1))
}

const escape = (text) => text.replace(/[&<>]/g, (sign) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;' })[sign])

function number(value) {
  const digits = value >= 1000 ? 0 : value >= 10 ? 1 : 2
  return value.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits })
}

/** One scenario: a bar a subject, the longer the better. */
function section({ scenario, summary }, top) {
  const { title, unit, better } = scenarios[scenario]
  const worth = ({ value }) => (better === 'more' ? value : 1 / value)
  const best = Math.max(...summary.map(worth))
  const lines = [
    `<text x="0" y="${top + 14}" ${FONT} font-size="13" font-weight="600">${escape(title)}</text>`,
    `<text x="${WIDTH}" y="${top + 14}" ${FONT} font-size="11" fill="#667" text-anchor="end">${escape(unit)}</text>`
  ]
  let y = top + 22
  summary.forEach((row, index) => {
    const length = Math.max(1, ((WIDTH - LABEL - ROOM) * worth(row)) / best)
    const middle = y + BAR - 3
    lines.push(
      `<text x="${LABEL - 8}" y="${middle}" ${FONT} font-size="12" text-anchor="end">${escape(row.subject)}</text>`,
      `<rect x="${LABEL}" y="${y}" width="${length.toFixed(1)}" height="${BAR}" rx="2" fill="${COLOURS[index % COLOURS.length]}"/>`,
      `<text x="${(LABEL + length + 6).toFixed(1)}" y="${middle}" ${FONT} font-size="12">${number(row.value)}</text>`
    )
    y += BAR + GAP
  })
  return { lines, bottom: y + 14 }
}

function chart(dialect, groups, { date, cpu, cores, node, commit }) {
  const lines = []
  let top = 30
  for (const group of groups) {
    const drawn = section(group, top)
    lines.push(...drawn.lines)
    top = drawn.bottom
  }
  const where = `${date.slice(0, 10)} · Node ${node} · ${cpu}, ${cores} cores · commit ${commit}`
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="-16 -4 ${WIDTH + 32} ${top + 8}" role="img">`,
    `<title>${escape(dialect)}: napi-ipc and others</title>`,
    `<rect x="-16" y="-4" width="${WIDTH + 32}" height="${top + 8}" fill="#fff"/>`,
    `<text x="0" y="14" ${FONT} font-size="11" fill="#667">${escape(where)}</text>`,
    ...lines,
    '</svg>',
    ''
  ].join('\n')
}

function byDialect(groups) {
  const found = new Map()
  for (const group of groups) found.set(group.dialect, [...(found.get(group.dialect) ?? []), group])
  return found
}

function main() {
  const file = process.argv[2] ?? latest()
  const results = JSON.parse(fs.readFileSync(file, 'utf8'))
  fs.mkdirSync(TARGET, { recursive: true })
  for (const [dialect, groups] of byDialect(results.groups)) {
    fs.writeFileSync(path.join(TARGET, `${dialect}.svg`), chart(dialect, groups, results.machine))
  }
  const short = {
    ...results,
    groups: results.groups.map(({ dialect, scenario, summary }) => ({ dialect, scenario, summary }))
  }
  fs.writeFileSync(path.join(TARGET, 'results.json'), JSON.stringify(short, null, 2) + '\n')
  console.log(`drawn into ${path.relative(process.cwd(), TARGET)}`)
}

main()
