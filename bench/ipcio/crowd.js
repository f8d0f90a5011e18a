'use strict'

// Some of the clients of churn.js, in one process. Each numbers what it sends to each other one, by kind; each knows the
// next number it has to get, so that a gap shows as soon as the next one comes. The ends are compared by churn.js.

const { Client } = require('../../lib/ipcio')

const [domain] = process.argv.slice(2)
const BURST = 8

/** Clients here, by name. */
const own = new Map()
let peers = []
const totals = { sent: 0, received: 0, answered: 0, faults: 0 }
const problems = []
let running = false

class One {
  /** The next number to send, by the one it is for. */
  next = new Map()
  /** The next number to get, by kind and sender; unknown: it was sending before this one came. */
  due = new Map()
  broadcasts = 0
  /** Deliveries that wait for an answer, by who was asked. */
  open = new Map()

  constructor(name) {
    this.name = name
    const get = (kind) => (container) => this.get(kind, container.data)
    this.client = new Client(
      { domain, name },
      { e: get('e'), b: get('b'), q: ({ data }) => (this.get('q', data), data[1]) }
    )
  }

  get(kind, [from, number]) {
    totals.received++
    const key = kind + from
    const due = this.due.get(key)
    // Emits and questions begin at 0 for a newcomer, broadcasts wherever they are.
    if (number !== (due ?? (kind === 'b' ? number : 0)))
      this.fault(`${this.name} got ${key} ${number}, not ${due ?? 0}`)
    this.due.set(key, number + 1)
  }

  fault(what) {
    totals.faults++
    problems.push(what)
  }

  number(key) {
    const number = this.next.get(key) ?? 0
    this.next.set(key, number + 1)
    return number
  }

  send() {
    const waits = []
    for (let n = 0; n < BURST; n++) {
      const to = peers[Math.floor(Math.random() * peers.length)]
      const kind = Math.random()
      totals.sent++
      if (kind < 0.6) {
        waits.push(this.client.emit(to, 'e', [this.name, this.number('e' + to), '']))
      } else if (kind < 0.65) {
        waits.push(this.client.broadcast('b', [this.name, this.broadcasts++]))
        totals.sent += peers.length - 2
      } else {
        const number = this.number('q' + to)
        this.open.set(to, (this.open.get(to) ?? 0) + 1)
        this.client.deliver(to, 'q', [this.name, number]).then((result) => {
          this.open.set(to, this.open.get(to) - 1)
          totals.answered++
          if (result !== number) this.fault(`${this.name} asked ${number} of ${to}, was answered ${result}`)
        })
      }
    }
    return waits
  }

  async run() {
    while (running) {
      await Promise.race([Promise.all(this.send()), new Promise((resolve) => setTimeout(resolve, 20))])
      await new Promise((resolve) => setTimeout(resolve, 1))
    }
  }
}

const commands = {
  async add(name) {
    const one = new One(name)
    own.set(name, one)
    await one.client.connect()
    if (running) one.run()
  },
  peers(names) {
    peers = names
  },
  go() {
    running = true
    for (const one of own.values()) one.run()
  },
  stop() {
    running = false
  },
  totals: () => totals,
  /** What each one here has sent and got, for the comparison with the others. */
  ledgers: () =>
    [...own.values()].map(({ name, next, due, broadcasts, open }) => ({
      name,
      broadcasts,
      sent: Object.fromEntries(next),
      got: Object.fromEntries(due),
      open: Object.fromEntries(open),
      problems: problems.splice(0)
    }))
}

process.on('message', async ([command, ...rest]) => process.send((await commands[command](...rest)) ?? null))
process.on('disconnect', () => process.exit())
process.send('ready')
