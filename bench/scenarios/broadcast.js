'use strict'

const { payload, Watch } = require('../payload')
const { startCost } = require('../cost')

/**
 * The server broadcasts a burst; when every client has all of it, one of them says so and the next burst
 * follows. The latencies are those of whole bursts.
 */
function broadcast({ size, burst, clients }) {
  const { at } = payload(size)

  function server(subject, address, listening) {
    let sent, until, last, samples, cost, director

    function sendBurst() {
      for (let index = 0; index < burst; index++) half.broadcast('item', at(sent++))
    }

    const half = subject.listen(
      address,
      {
        // So that a client knows the server knows it.
        hello: (_, peer) => half.send(peer, 'welcome'),
        begin(ms, peer) {
          director = peer
          sent = 0
          samples = []
          cost = startCost()
          last = performance.now()
          until = last + ms
          sendBurst()
        },
        complete() {
          const now = performance.now()
          samples.push(now - last)
          last = now
          if (now < until) sendBurst()
          else half.send(director, 'ended', { sent, samples, ...cost() })
        }
      },
      listening
    )
    return half
  }

  function client(subject, address) {
    const halves = []
    let watches, received, cost, finish

    function run(ms) {
      watches = halves.map(() => new Watch(payload(size)))
      received = 0
      cost = startCost()
      halves[0].send('begin', ms)
      return new Promise((resolve) => {
        finish = resolve
      })
    }

    function ended({ sent, samples, ms, cpu }) {
      const faults = watches.reduce((sum, watch) => sum + watch.faults + Math.abs(sent - watch.count), 0)
      finish({ count: sent, ms, samples, faults, cpu: cpu + cost().cpu })
    }

    const welcomes = Array.from({ length: clients }, (_, index) => {
      return new Promise((resolve) => {
        const handlers = {
          welcome: resolve,
          ended,
          item(data) {
            watches[index].see(data)
            if (++received % (burst * clients) === 0) halves[0].send('complete')
          }
        }
        halves.push(subject.connect(address, handlers, () => halves[index].send('hello')))
      })
    })
    return { connected: Promise.all(welcomes), run, close: () => halves.forEach((half) => half.close()) }
  }

  return {
    title: `${size} B broadcast to ${clients}, bursts of ${burst}`,
    unit: 'broadcasts/s',
    better: 'more',
    value: ({ count, ms }) => count / (ms / 1000),
    server,
    client
  }
}

module.exports = { broadcast }
