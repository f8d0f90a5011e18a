'use strict'

const { payload } = require('../payload')
const { startCost } = require('../cost')

/** One message in flight: the client sends it, the server sends it back. The latencies are the round trips. */
function pingPong({ size, cores, title }) {
  const { at, is } = payload(size)

  function server(subject, address, listening) {
    let cost
    const half = subject.listen(
      address,
      {
        begin(_, peer) {
          cost = startCost()
          half.send(peer, 'begun')
        },
        ping: (data, peer) => half.send(peer, 'pong', data),
        end: (_, peer) => half.send(peer, 'ended', { cpu: cost().cpu })
      },
      listening
    )
    return half
  }

  function client(subject, address) {
    let count, faults, duration, until, last, samples, cost, finish

    function run(ms) {
      count = faults = 0
      samples = []
      duration = ms
      half.send('begin')
      return new Promise((resolve) => {
        finish = resolve
      })
    }

    const handlers = {
      begun() {
        cost = startCost()
        last = performance.now()
        until = last + duration
        half.send('ping', at(0))
      },
      pong(data) {
        const now = performance.now()
        samples.push(now - last)
        last = now
        if (!is(data, count++)) faults++
        if (now < until) half.send('ping', at(count))
        else half.send('end')
      },
      ended({ cpu }) {
        const own = cost()
        finish({ count, ms: own.ms, samples, faults, cpu: cpu + own.cpu })
      }
    }
    let half
    const connected = new Promise((resolve) => {
      half = subject.connect(address, handlers, resolve)
    })
    return { connected, run, close: () => half.close() }
  }

  return {
    title,
    cores,
    unit: 'µs a round trip',
    better: 'less',
    value: ({ count, ms }) => (ms * 1000) / count,
    server,
    client
  }
}

module.exports = { pingPong }
