'use strict'

const { payload, Watch } = require('../payload')
const { startCost } = require('../cost')

/**
 * The client sends bursts, one a turn of the event loop, as fast as the server takes them, with up to `ahead` bursts on
 * their way: the more, the less anybody waits, and the more even a sender that writes each message by itself has queued
 * when its socket is full, which then leaves in one write. The server confirms every tenth of that; the latencies are
 * those of the confirmations.
 */
function oneWay({ size, kind, burst, ahead, title }) {
  const { at } = payload(size, kind)
  const confirmEvery = (ahead / 10) * burst
  const window = ahead * burst

  function server(subject, address, listening) {
    let watch, cost
    const handlers = {
      begin(_, peer) {
        watch = new Watch(payload(size, kind))
        cost = startCost()
        half.send(peer, 'begun')
      },
      item(data, peer) {
        if (watch.see(data) % confirmEvery === 0) half.send(peer, 'confirmed', watch.count)
      },
      end(_, peer) {
        half.send(peer, 'ended', { count: watch.count, faults: watch.faults, cpu: cost().cpu })
      }
    }
    const half = subject.listen(address, handlers, listening)
    return half
  }

  function client(subject, address) {
    let sent, confirmed, blocked, duration, until, sentAt, samples, cost, finish

    function run(ms) {
      sent = confirmed = 0
      blocked = false
      sentAt = []
      samples = []
      duration = ms
      half.send('begin')
      return new Promise((resolve) => {
        finish = resolve
      })
    }

    function sendBurst() {
      const now = performance.now()
      blocked = now < until && sent - confirmed >= window
      if (blocked) return
      if (now >= until) {
        half.send('end')
        return
      }
      for (let index = 0; index < burst; index++) half.send('item', at(sent++))
      if (sent % confirmEvery === 0) sentAt.push(now)
      setImmediate(sendBurst)
    }

    const handlers = {
      begun() {
        cost = startCost()
        until = performance.now() + duration
        sendBurst()
      },
      confirmed(count) {
        confirmed = count
        samples.push(performance.now() - sentAt[samples.length])
        if (blocked) sendBurst()
      },
      ended({ count, faults, cpu }) {
        const own = cost()
        finish({ count, ms: own.ms, samples, faults: faults + Math.abs(sent - count), cpu: cpu + own.cpu })
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
    unit: 'messages/s',
    better: 'more',
    value: ({ count, ms }) => count / (ms / 1000),
    server,
    client
  }
}

module.exports = { oneWay }
