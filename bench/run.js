'use strict'

// node bench/run.js [--quick] [--syscalls] [--dialect a,b] [--only a,b] [--subjects a,b] [--rounds n] [--ms n] [--node <binary>]
//
// Every round measures every subject in every scenario, each in two fresh processes; the first round does
// not count. Subjects of one dialect take turns within a scenario, so that all of them meet the same machine.

const fs = require('node:fs')
const path = require('node:path')
const { parseArgs } = require('node:util')
const { spawnSync } = require('node:child_process')
const subjects = require('./subjects')
const scenarios = require('./scenarios')
const { inDirectory, measure, measureCalls } = require('./measure')
const { summarize, table } = require('./report')
const { machine } = require('./machine')
const { canTrace } = require('./syscalls')

const WARM_UP_MS = 150
const TRACED_MS = 200
const DIALECTS = [...new Set(Object.values(subjects).map(({ dialect }) => dialect))]

function options() {
  const { values } = parseArgs({
    options: {
      quick: { type: 'boolean', default: false },
      syscalls: { type: 'boolean', default: false },
      dialect: { type: 'string' },
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
    rounds: Number(values.rounds ?? (values.quick ? 4 : 5)),
    ms: Number(values.ms ?? 400),
    syscalls: values.syscalls && traceable(),
    groups: grouped(
      chosen(values.dialect, DIALECTS, 'dialect'),
      chosen(
        values.only,
        Object.keys(scenarios).filter((name) => values.only || !values.quick || scenarios[name].quick),
        'scenario'
      ),
      runnable(
        values.node,
        chosen(
          values.subjects,
          Object.keys(subjects).filter((name) => values.subjects || !subjects[name].extra),
          'subject'
        )
      )
    )
  }
}

/** What is compared with each other: the subjects of one dialect in one scenario. */
function grouped(dialects, chosenScenarios, names) {
  return dialects
    .flatMap((dialect) => chosenScenarios.map((scenario) => ({ dialect, scenario })))
    .map(({ dialect, scenario }) => {
      const able = (name) => subjects[name].dialect === dialect && !subjects[name].lacks?.includes(scenario)
      return { dialect, scenario, subjects: names.filter(able) }
    })
    .filter(({ dialect, scenario }) => dialect === DIALECTS[0] || scenarios[scenario].shared)
    .filter((group) => group.subjects.length > 0)
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

function traceable() {
  const able = canTrace()
  if (!able)
    console.log('No calls of the operating system are counted: there is no strace here that may trace.')
  return able
}

/** Every subject of a group once, beginning with another one each round. */
async function round(number, { scenario, subjects: names }, settings, collect) {
  const turn = number % names.length
  for (const subject of [...names.slice(turn), ...names.slice(0, turn)]) {
    const result = await measure({ ...settings, scenario, subject, warmUp: WARM_UP_MS })
    if (result.faults) throw new Error(`${subject}, ${scenario}: ${result.faults} messages lost or changed`)
    collect(subject, result)
  }
}

/** The calls a message of every subject of every group, each measured once, shortly. */
function traceAll({ groups, ...settings }) {
  return inDirectory(async (directory) => {
    const all = []
    for (const { scenario, subjects: names } of groups) {
      process.stderr.write(`strace: ${scenario}\n`)
      const calls = {}
      for (const subject of names) {
        const what = { ...settings, directory, scenario, subject, ms: Math.min(settings.ms, TRACED_MS) }
        const result = await measureCalls({ ...what, warmUp: WARM_UP_MS })
        if (result.faults) throw new Error(`${subject}, ${scenario}: messages lost or changed under strace`)
        calls[subject] = result.calls
      }
      all.push(calls)
    }
    return all
  })
}

async function main() {
  const settings = options()
  const about = machine(settings.node)
  console.log(
    Object.entries(about)
      .map(([key, value]) => `${key}: ${JSON.stringify(value)}`)
      .join('\n')
  )

  const results = settings.groups.map((group) => Object.fromEntries(group.subjects.map((name) => [name, []])))
  await inDirectory(async (directory) => {
    for (let number = 0; number < settings.rounds; number++) {
      process.stderr.write(`round ${number + 1} of ${settings.rounds}${number ? '' : ' (does not count)'}\n`)
      for (const [index, group] of settings.groups.entries()) {
        if (scenarios[group.scenario].slow && number !== 1) continue
        await round(number, group, { ...settings, directory }, (subject, result) => {
          if (number > 0) results[index][subject].push(result)
        })
      }
    }
  })

  const calls = settings.syscalls ? await traceAll(settings) : []

  const groups = settings.groups.map(({ dialect, scenario }, index) => {
    const summary = summarize(scenarios[scenario], results[index], calls[index])
    console.log(`\n${dialect}, ${table(scenarios[scenario], summary)}`)
    return { dialect, scenario, summary, results: results[index] }
  })
  save({ machine: about, rounds: settings.rounds - 1, ms: settings.ms, groups })
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
