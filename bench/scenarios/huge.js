'use strict'

const { payload } = require('../payload')
const { startCost } = require('../cost')

const WARM_UP_BYTES = 64 * 1024

/** One large message after the other, each confirmed before the next. The latencies are those of single messages. */
function huge({ size, title }) {
  function server(subject, address, listening) {
    let cost
    const half = subject.listen(
      address,
      {
        begin(_, peer) {
          cost = startCost()
          half.send(peer, 'begun')
        },
        // Its length is enough: it took long enough to get here.
        item: (data, peer) => half.send(peer, 'arrived', data.pad.length),
        end: (_, peer) => half.send(peer, 'ended', { cpu: cost().cpu })
      },
      listening
    )
    return half
  }

  function client(subject, address) {
    let message, count, faults, duration, until, last, samples, cost, finish

    function send() {
      last = performance.now()
      half.send('item', message)
    }

    const handlers = {
      begun() {
        cost = startCost()
        until = performance.now() + duration
        send()
      },
      arrived(length) {
        const now = performance.now()
        samples.push(now - last)
        count++
        if (length !== message.pad.length) faults++
        if (now < until) send()
        else half.send('end')
      },
      ended({ cpu }) {
        const own = cost()
        finish({ count, ms: own.ms, samples, faults, cpu: cpu + own.cpu })
      }
    }

    function run(ms, warmUp) {
      message = payload(warmUp ? WARM_UP_BYTES : size).at(0)
      count = faults = 0
      samples = []
      duration = ms
      half.send('begin')
      return new Promise((resolve) => {
        finish = resolve
      })
    }

    let half
    const connected = new Promise((resolve) => {
      half = subject.connect(address, handlers, resolve)
    })
    return { connected, run, close: () => half.close() }
  }

  return {
    title,
    slow: true,
    unit: 'ms a message',
    better: 'less',
    value: ({ count, ms }) => ms / count,
    server,
    client
  }
}

module.exports = { huge }
