'use strict'

// One process of a measurement: node process.js server|client <subject> <scenario> <address>

const subjects = require('./subjects')
const scenarios = require('./scenarios')
const { percentile } = require('./stats')

const [role, subjectName, scenarioName, address] = process.argv.slice(2)
const scenario = scenarios[scenarioName]

async function server(subject) {
  scenario.server(subject, address, () => process.send({ ready: true }))
  process.on('message', () => process.exit())
}

async function client(subject) {
  const half = scenario.client(subject, address)
  await half.connected
  process.send({ ready: true })
  process.on('message', async ({ warmUp, ms }) => {
    if (ms === undefined) process.exit()
    const warm = await half.run(warmUp, true)
    const result = await half.run(ms, false)
    process.send({
      value: scenario.value(result),
      p50: percentile(result.samples, 50),
      p99: percentile(result.samples, 99),
      cpu: result.cpu / result.count,
      count: result.count,
      faults: warm.faults + result.faults
    })
  })
}

// Whoever asked is gone: so is the reason to go on.
process.on('disconnect', () => process.exit())

async function main() {
  const subject = { name: subjectName, ...(await subjects[subjectName].load()) }
  await { server, client }[role](subject)
}

main()
