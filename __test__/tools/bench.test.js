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
const { canTrace } = require('../../bench/syscalls')

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

/** Checks that there are numbers for all of `groups`, `[dialect, scenario, subjects]`, and for nothing else. */
function complete(t, { code, stdout, stderr, numbers }, groups) {
  t.is(code, 0, stderr)
  t.deepEqual(
    numbers.groups.map(({ dialect, scenario, summary }) => [
      dialect,
      scenario,
      summary.map(({ subject }) => subject)
    ]),
    groups
  )
  for (const { dialect, scenario, summary } of numbers.groups) {
    t.true(stdout.includes(`\n${dialect}, ${scenarios[scenario].title}`))
    t.is(summary[0].ratio, 1)
    for (const { value, p50, p99, cpu, ratio } of summary) {
      for (const figure of [value, ratio]) t.true(figure > 0 && Number.isFinite(figure))
      for (const figure of [p50, p99, cpu]) t.true(figure === undefined || figure === null || figure >= 0)
      if (p99 > 0) t.true(p50 <= p99)
    }
  }
}

const BRIEF = ['--rounds', '2', '--ms', '20']

for (const scenario of Object.keys(scenarios)) {
  test.serial(`the benchmark has a number for ${scenario}`, async (t) => {
    const run = await bench(t, '--only', scenario, '--subjects', 'napi-ipc', ...BRIEF)
    complete(t, run, [['node-ipc', scenario, ['napi-ipc']]])
  })
}

// What may trace is not everywhere.
if (canTrace()) {
  test.serial('the benchmark counts calls of the operating system', async (t) => {
    const names = ['napi-ipc', 'net']
    const scenarios = ['bursts', 'ping-pong']
    const what = ['--syscalls', '--only', scenarios.join(), '--subjects', names.join(), '--rounds', '2']
    // What a measurement itself calls is shared among its messages. On a busy machine they are few, and it takes longer.
    for (let ms = 200; ; ms *= 4) {
      const run = await bench(t, ...what, '--ms', String(ms))
      complete(
        t,
        run,
        scenarios.map((scenario) => ['node-ipc', scenario, names])
      )
      const [bursts, pingPong] = run.numbers.groups.map(({ summary }) => summary.map(({ calls }) => calls))
      // Coalesced, by `net` when its socket is full; a message there and back is written and read twice by whoever it is.
      const few = bursts[0] < 1 && pingPong.every((calls) => calls < 40)
      if (!few && ms < 10000) continue
      t.true(few && bursts.every((calls) => calls > 0), String(bursts))
      t.true(few && pingPong.every((calls) => calls >= 4), String(pingPong))
      break
    }
  })
}

test.serial('the benchmark compares subjects', async (t) => {
  const names = ['napi-ipc', 'net', 'net-best']
  const run = await bench(t, '--only', 'bursts,ping-pong', '--subjects', names.join(), ...BRIEF)
  complete(t, run, [
    ['node-ipc', 'bursts', names],
    ['node-ipc', 'ping-pong', names]
  ])
})

// The first subject of a dialect is ours.
const OURS = new Map(
  Object.entries(subjects)
    .reverse()
    .map(([name, { dialect }]) => [dialect, name])
)
OURS.delete('node-ipc')

for (const [dialect, name] of OURS) {
  test.serial(`the benchmark has numbers for ${dialect}`, async (t) => {
    const run = await bench(t, '--dialect', dialect, '--subjects', name, ...BRIEF)
    const wanted = Object.keys(scenarios).filter(
      (scenario) => scenarios[scenario].shared && !subjects[name].lacks?.includes(scenario)
    )
    complete(
      t,
      run,
      wanted.map((scenario) => [dialect, scenario, [name]])
    )
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
