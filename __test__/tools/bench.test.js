'use strict'

// The benchmark runs, with those subjects that need nothing installed. What it measures in so short a time is no number to
// go by: only that there is one, for everything that was asked for.

const fs = require('node:fs')
const path = require('node:path')
const { execFile } = require('node:child_process')
const test = require('ava')
const { directory } = require('../common/places')
const scenarios = require('../../bench/scenarios')
const subjects = require('../../bench/subjects')

const ROOT = path.join(__dirname, '..', '..')

/** Runs it; resolves to what it printed and the numbers it wrote. */
async function bench(t, ...args) {
  const folder = directory(t)
  const { code, stdout, stderr } = await new Promise((resolve) => {
    const env = { ...process.env, TMPDIR: folder }
    const file = path.join(ROOT, 'bench', 'run.js')
    execFile(process.execPath, [file, ...args], { cwd: ROOT, env }, (error, stdout, stderr) =>
      resolve({ code: error?.code ?? 0, stdout, stderr })
    )
  })
  t.deepEqual(fs.readdirSync(folder), [])
  const [, written] = /^All numbers: (.*)$/m.exec(stdout) ?? []
  if (!written) return { code, stdout, stderr }
  const numbers = JSON.parse(fs.readFileSync(path.join(ROOT, written), 'utf8'))
  fs.rmSync(path.join(ROOT, written))
  return { code, stdout, stderr, numbers }
}

// The first subject of a dialect is ours.
const OURS = { 'node-ipc': ['napi-ipc', 'net'] }
const DIALECTS = new Set(Object.values(subjects).map(({ dialect }) => dialect))

for (const dialect of DIALECTS) {
  test.serial(`the benchmark has a number for every scenario of ${dialect}`, async (t) => {
    const names = OURS[dialect] ?? [Object.keys(subjects).find((name) => subjects[name].dialect === dialect)]
    const run = await bench(
      t,
      '--subjects',
      names.join(),
      '--dialect',
      dialect,
      '--rounds',
      '2',
      '--ms',
      '20'
    )
    t.is(run.code, 0, run.stderr)
    const lacks = new Set(names.flatMap((name) => subjects[name].lacks ?? []))
    const wanted = Object.keys(scenarios).filter((scenario) => !lacks.has(scenario))
    t.deepEqual(
      run.numbers.groups.map((group) => [group.dialect, group.scenario]),
      wanted.map((scenario) => [dialect, scenario])
    )
    for (const { scenario, summary } of run.numbers.groups) {
      t.deepEqual(
        summary.map(({ subject }) => subject),
        names,
        scenario
      )
      for (const { value, p50, p99, cpu, ratio } of summary) {
        for (const figure of [value, p50, p99, cpu, ratio]) t.true(figure > 0 && Number.isFinite(figure))
        t.true(p50 <= p99)
      }
      t.is(summary[0].ratio, 1)
      t.true(run.stdout.includes(`\n${dialect}, ${scenarios[scenario].title}`))
    }
  })
}

test.serial('the benchmark refuses what it does not know', async (t) => {
  for (const [option, what] of [
    ['--subjects', 'subject'],
    ['--only', 'scenario'],
    ['--dialect', 'dialect']
  ]) {
    const { code, stderr } = await bench(t, option, 'nothing')
    t.is(code, 1)
    t.true(stderr.includes(`no ${what} "nothing"; there are `))
  }
})
