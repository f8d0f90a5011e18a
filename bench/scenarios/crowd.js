'use strict'

const { setTimeout: sleep } = require('node:timers/promises')
const { startCost } = require('../cost')

/** Clients connecting at the same time: more than 511 the kernel turns away, and plain `net` does not try again. */
const AT_ONCE = 200

/** What a process takes, in bytes, once it has cleaned up. */
function memory() {
  global.gc?.()
  return process.memoryUsage.rss()
}

/**
 * Many clients, each of which connects, says hello and is answered. The latencies are those of single clients.
 * `idle` looks at what the server's process has grown by when all are there, instead of how long it took.
 */
function crowd({ clients, title, idle }) {
  function server(subject, address, listening) {
    let before, cost
    const half = subject.listen(
      address,
      {
        begin(_, peer) {
          cost = startCost()
          before = memory()
          half.send(peer, 'begun')
        },
        hello: (_, peer) => half.send(peer, 'welcome'),
        end: (_, peer) => half.send(peer, 'ended', { cpu: cost().cpu, grown: memory() - before })
      },
      listening
    )
    return half
  }

  function client(subject, address) {
    let begun, ended
    let director
    const connected = new Promise((resolve) => {
      const handlers = { begun: () => begun(), ended: (answer) => ended(answer), welcome() {} }
      director = subject.connect(address, handlers, resolve)
    })

    /** @returns {Promise<any>} its connection, when it has been answered */
    function come(samples) {
      const began = performance.now()
      return new Promise((resolve) => {
        const half = subject.connect(
          address,
          {
            welcome() {
              samples.push(performance.now() - began)
              resolve(half)
            }
          },
          () => half.send('hello')
        )
      })
    }

    async function run(ms, warmUp) {
      const samples = []
      await new Promise((resolve) => {
        begun = resolve
        director.send('begin')
      })
      const cost = startCost()
      const halves = []
      let coming = warmUp ? 10 : clients
      const comers = Array.from({ length: AT_ONCE }, async () => {
        while (coming-- > 0) halves.push(await come(samples))
      })
      await Promise.all(comers)
      const own = cost()
      if (idle) await sleep(100)
      const { cpu, grown } = await new Promise((resolve) => {
        ended = resolve
        director.send('end')
      })
      halves.forEach((half) => half.close())
      if (warmUp) await sleep(50)
      return { count: halves.length, ms: own.ms, samples, faults: 0, cpu: cpu + own.cpu, grown }
    }
    return { connected, run, close: () => director.close() }
  }

  return {
    title,
    node: idle ? ['--expose-gc'] : [],
    unit: idle ? 'KiB of the server a connection' : 'connections/s, first message included',
    better: idle ? 'less' : 'more',
    value: ({ count, ms, grown }) => (idle ? grown / 1024 / count : count / (ms / 1000)),
    server,
    client
  }
}

module.exports = { crowd }
