'use strict'

// node bench/ipcio/churn.js [clients=50] [messages=1000000] [every=100]
//
// A domain whose clients send each other emits, broadcasts and deliveries while every so many milliseconds one of them is
// killed and another one added. Every message carries its number on its way, so that what is lost, doubled or out of
// order between two live clients is seen. At the end the registry, the descriptors and the memory of the server are
// compared with the beginning.

const path = require('node:path')
const { fork } = require('node:child_process')
const { once } = require('node:events')
const { start } = require('./domain')

/** Clients share processes: fifty processes on two processors would measure the scheduler. */
const HOSTS = 3

async function main() {
  const [clients, messages, every] = [50, 1000000, 100].map((fallback, at) =>
    Number(process.argv[2 + at] ?? fallback)
  )
  const domain = await start('engine')
  const before = await domain.ask('usage')
  const hosts = Array.from({ length: HOSTS }, () => fork(path.join(__dirname, 'crowd.js'), [domain.name]))
  const ask = async (host, ...message) => {
    host.send(message)
    const [answer] = await once(host, 'message')
    return answer
  }
  await Promise.all(hosts.map((host) => once(host, 'message')))

  let last = 0
  const live = []
  const add = async () => {
    const name = `c${++last}`
    const host = hosts[last % HOSTS]
    await ask(host, 'add', name)
    live.push({ name, host })
    await Promise.all(
      hosts.map((each) =>
        ask(
          each,
          'peers',
          live.map((one) => one.name),
          name
        )
      )
    )
  }
  while (live.length < clients) await add()

  const totals = () =>
    Promise.all(hosts.map((host) => ask(host, 'totals'))).then((all) =>
      all.reduce(
        (sum, one) =>
          Object.fromEntries(Object.entries(one).map(([key, value]) => [key, value + (sum[key] ?? 0)])),
        {}
      )
    )

  const begin = Date.now()
  for (const host of hosts) await ask(host, 'go')
  let killed = 0
  let sum
  for (;;) {
    await new Promise((resolve) => setTimeout(resolve, every))
    const [victim] = live.splice(Math.floor(Math.random() * live.length), 1)
    await Promise.all(hosts.map((host) => ask(host, 'leaving', victim.name)))
    await ask(victim.host, 'kill', victim.name)
    await add()
    killed++
    sum = await totals()
    if (sum.sent >= messages) break
  }
  await Promise.all(hosts.map((host) => ask(host, 'stop')))
  const settled = []
  do {
    settled.unshift(JSON.stringify((sum = await totals())))
    await new Promise((resolve) => setTimeout(resolve, 200))
  } while (settled[0] !== settled[2])
  const checks = await Promise.all(hosts.map((host) => ask(host, 'check')))
  const seconds = (Date.now() - begin) / 1000
  for (const host of hosts) host.disconnect()
  await Promise.all(hosts.map((host) => once(host, 'exit')))
  let census
  do {
    await new Promise((resolve) => setTimeout(resolve, 50))
    census = await domain.ask('census')
  } while (census.clients > 0 || census.waiting > 0)
  await new Promise((resolve) => setTimeout(resolve, 300))
  const after = await domain.ask('usage')
  await domain.stop()

  const problems = checks.flat()
  console.log({ clients, killed, seconds, ...sum, census })
  console.log({
    descriptors: [before.descriptors, after.descriptors],
    megabytes: [before.rss / 1e6, after.rss / 1e6]
  })
  for (const problem of problems.slice(0, 10)) console.log(problem)
  const fine =
    problems.length === 0 &&
    sum.faults === 0 &&
    census.deliveries === 0 &&
    after.descriptors <= before.descriptors
  console.log(fine ? 'nothing lost, doubled or out of order' : 'FAILED')
  process.exitCode = fine ? 0 : 1
}

main()
