'use strict'

// node bench/ipcio/churn.js [clients=50] [messages=1000000] [every=100]
//
// A domain whose clients send each other emits, broadcasts and deliveries while every so many milliseconds the process of
// one of them is killed and another one started. Every message carries its number on its way, so that what is lost,
// doubled or out of order between two live clients is seen. At the end the registry, the descriptors and the memory of
// the server are compared with the beginning.

const path = require('node:path')
const { fork } = require('node:child_process')
const { once } = require('node:events')
const { setTimeout: sleep } = require('node:timers/promises')
const { start } = require('./domain')

/** Most clients share processes: fifty processes on two processors would measure the scheduler. */
const HOSTS = 2
/** Those that are killed have one each: one in so many. */
const LONERS = 4
/** Replacements under way at a time. A machine that starts processes more slowly than they are asked for would do nothing else. */
const COMING = 2
/** What has not arrived when nothing has moved for so long is lost, ms. */
const LOST = 5000

/** A process with clients in it. */
class Host {
  #answers = []
  #started
  /** Names of its clients. */
  names = []

  constructor(domain) {
    this.child = fork(path.join(__dirname, 'crowd.js'), [domain])
    this.#started = once(this.child, 'message').then(() => {
      this.child.on('message', (answer) => this.#answers.shift()(answer))
    })
    this.exited = once(this.child, 'exit')
  }

  async ask(...message) {
    await this.#started
    return new Promise((resolve) => {
      this.#answers.push(resolve)
      this.child.send(message)
    })
  }

  async add(name) {
    await this.ask('add', name)
    this.names.push(name)
  }

  /** @returns {Promise<unknown>} when it is gone */
  kill() {
    this.child.kill('SIGKILL')
    return this.exited
  }

  leave() {
    this.child.disconnect()
    return this.exited
  }
}

class Crowd {
  lasting = []
  loners = []
  killed = 0
  #complaints = []
  #domain
  #born = 0
  #running = false

  constructor(domain) {
    this.#domain = domain
  }

  get hosts() {
    return [...this.lasting, ...this.loners]
  }

  /** Tells everybody who there is. Nobody waits for it: whoever is not known yet is not written to. */
  announce() {
    const names = this.hosts.flatMap((host) => host.names)
    return Promise.all(this.hosts.map((host) => host.ask('peers', names)))
  }

  async gather(clients) {
    this.lasting = Array.from({ length: HOSTS }, () => new Host(this.#domain))
    const loners = Math.ceil(clients / LONERS)
    for (let count = 0; count < clients - loners; count++) await this.lasting[count % HOSTS].add(this.#name())
    while (this.loners.length < loners) await this.#addLoner()
    await this.announce()
  }

  async go() {
    this.#running = true
    await Promise.all(this.hosts.map((host) => host.ask('go')))
  }

  async stop() {
    this.#running = false
    await Promise.all(this.hosts.map((host) => host.ask('stop')))
  }

  /** The one that has been there longest goes without a good-bye, and another one comes. */
  async replace() {
    const victim = this.loners.shift()
    if (victim) {
      this.killed++
      victim.kill()
      this.announce()
    }
    await this.#addLoner()
    this.announce()
  }

  async #addLoner() {
    const host = new Host(this.#domain)
    await host.add(this.#name())
    if (this.#running) host.ask('go')
    this.loners.push(host)
  }

  #name() {
    return `c${++this.#born}`
  }

  async totals() {
    const sum = { sent: 0, received: 0, answered: 0, faults: 0 }
    for (const host of this.hosts) {
      const totals = await Promise.race([host.ask('totals'), host.exited.then(() => ({}))])
      for (const [key, value] of Object.entries(totals)) sum[key] += value
    }
    return sum
  }

  /** What those there are have not got of what they have sent each other, and what else they complain about. */
  async problems() {
    const ledgers = (await Promise.all(this.hosts.map((host) => host.ask('ledgers')))).flat()
    const names = new Set(ledgers.map(({ name }) => name))
    // Each is told once.
    this.#complaints.push(...ledgers.flatMap((ledger) => ledger.problems))
    const problems = [...this.#complaints]
    for (const from of ledgers) {
      for (const to of ledgers) {
        for (const kind of ['e', 'q']) {
          const sent = from.sent[kind + to.name] ?? 0
          const got = to.got[kind + from.name] ?? 0
          if (sent !== got) problems.push(`${from.name} sent ${sent} ${kind} to ${to.name}, which got ${got}`)
        }
        const heard = to.got[`b${from.name}`]
        if (heard !== undefined && heard !== from.broadcasts)
          problems.push(`${to.name} got broadcasts of ${from.name} up to ${heard} of ${from.broadcasts}`)
      }
      for (const [to, count] of Object.entries(from.open))
        if (count > 0 && names.has(to)) problems.push(`${from.name} has ${count} questions open to ${to}`)
    }
    return problems
  }

  /** The totals and problems when what is on its way has arrived. */
  async settled() {
    let [last, since] = ['', 0]
    for (;;) {
      const sum = await this.totals()
      const problems = await this.problems()
      const now = JSON.stringify(sum)
      if (now !== last) [last, since] = [now, Date.now()]
      else if (problems.length === 0 || Date.now() - since > LOST) return { sum, problems }
      await sleep(200)
    }
  }
}

async function main() {
  const [clients, messages, every] = [50, 1000000, 100].map((fallback, at) =>
    Number(process.argv[2 + at] ?? fallback)
  )
  const domain = await start('engine')
  const before = await domain.ask('usage')
  const crowd = new Crowd(domain.name)
  await crowd.gather(clients)

  const begin = Date.now()
  await crowd.go()
  const coming = new Set()
  for (let turn = 1; ; turn++) {
    await sleep(every)
    while (coming.size >= COMING) await Promise.race(coming)
    const one = crowd.replace().finally(() => coming.delete(one))
    coming.add(one)
    if (turn % 20 > 0) continue
    const { received, answered } = await crowd.totals()
    // Those killed took their totals with them.
    if (received + answered >= messages) break
  }
  await Promise.all(coming)
  await crowd.stop()
  const { sum, problems } = await crowd.settled()
  const seconds = (Date.now() - begin) / 1000
  await Promise.all(crowd.hosts.map((host) => host.leave()))
  let census
  do {
    await sleep(50)
    census = await domain.ask('census')
  } while (census.clients > 0 || census.waiting > 0)
  let after
  const end = Date.now() + LOST
  do {
    await sleep(50)
    after = await domain.ask('usage')
  } while (after.descriptors > before.descriptors && Date.now() < end)
  await domain.stop()

  console.log({ clients, killed: crowd.killed, seconds, ...sum, census })
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
