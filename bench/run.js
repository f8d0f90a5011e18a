'use strict'

// node bench/run.js [--quick] [--only a,b] [--subjects a,b] [--rounds n] [--ms n] [--node <binary>]
//
// Every round measures every subject in every scenario, each in two fresh processes; the first round does
// not count. Subjects take turns within a scenario, so that all of them meet the same machine.

const fs = require('node:fs')
const path = require('node:path')
const { parseArgs } = require('node:util')
const { spawnSync } = require('node:child_process')
const subjects = require('./subjects')
const scenarios = require('./scenarios')
const { inDirectory, measure } = require('./measure')
const { summarize, table } = require('./report')
const { machine } = require('./machine')

const WARM_UP_MS = 150

function options() {
  const { values } = parseArgs({
    options: {
      quick: { type: 'boolean', default: false },
      only: { type: 'string' },
      subjects: { type: 'string' },
      rounds: { type: 'string' },
      ms: { type: 'string' },
      node: { type: 'string', default: process.execPath }
    }
  })
  return {
    // The measured processes run in folders of their own.
    node: values.node.includes(path.sep) ? path.resolve(values.node) : values.node,
    rounds: Number(values.rounds ?? (values.quick ? 4 : 8)),
    ms: Number(values.ms ?? (values.quick ? 400 : 1000)),
    scenarios: chosen(values.only, Object.keys(scenarios), 'scenario'),
    subjects: runnable(
      values.node,
      chosen(
        values.subjects,
        Object.keys(subjects).filter((name) => values.subjects || !subjects[name].extra),
        'subject'
      )
    )
  }
}

function chosen(list, all, what) {
  const names = list?.split(',') ?? all
  for (const name of names) {
    if (!all.includes(name)) throw new Error(`no ${what} "${name}"; there are ${all.join(', ')}`)
  }
  return names
}

function runnable(node, names) {
  const answer = spawnSync(node, ['-p', 'process.versions.node'], { encoding: 'utf8' })
  if (answer.status !== 0) throw new Error(`--node ${node} is no Node.js binary`)
  const version = answer.stdout.trim()
  return names.filter((name) => {
    const wanted = subjects[name].node
    const runs = !wanted || version.localeCompare(wanted, 'en', { numeric: true }) >= 0
    if (!runs)
      console.log(`${name} left out: it needs Node ${wanted} and this is ${version} (choose with --node).`)
    return runs
  })
}

/** Every subject once, beginning with another one each round. */
async function round(number, scenario, settings, collect) {
  const turn = number % settings.subjects.length
  const order = [...settings.subjects.slice(turn), ...settings.subjects.slice(0, turn)]
  for (const subject of order) {
    const result = await measure({ ...settings, scenario, subject, warmUp: WARM_UP_MS })
    if (result.faults) throw new Error(`${subject}, ${scenario}: ${result.faults} messages lost or changed`)
    collect(subject, result)
  }
}

async function main() {
  const settings = options()
  const about = machine(settings.node)
  console.log(
    Object.entries(about)
      .map(([key, value]) => `${key}: ${JSON.stringify(value)}`)
      .join('\n')
  )

  const results = Object.fromEntries(
    settings.scenarios.map((scenario) => [
      scenario,
      Object.fromEntries(settings.subjects.map((subject) => [subject, []]))
    ])
  )
  await inDirectory(async (directory) => {
    for (let number = 0; number < settings.rounds; number++) {
      process.stderr.write(`round ${number + 1} of ${settings.rounds}${number ? '' : ' (does not count)'}\n`)
      for (const scenario of settings.scenarios) {
        await round(number, scenario, { ...settings, directory }, (subject, result) => {
          if (number > 0) results[scenario][subject].push(result)
        })
      }
    }
  })

  const summary = {}
  for (const name of settings.scenarios) {
    summary[name] = summarize(scenarios[name], results[name])
    console.log(`\n${table(scenarios[name], summary[name])}`)
  }
  save({ machine: about, rounds: settings.rounds - 1, ms: settings.ms, summary, results })
}

function save(everything) {
  const folder = path.join(__dirname, 'results')
  fs.mkdirSync(folder, { recursive: true })
  const file = path.join(folder, `${everything.machine.date.replaceAll(':', '-')}.json`)
  fs.writeFileSync(file, JSON.stringify(everything, null, 2) + '\n')
  console.log(`\nAll numbers: ${path.relative(process.cwd(), file)}`)
}

main().catch((error) => {
  console.error(error.message)
  process.exit(1)
})
