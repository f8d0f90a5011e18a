'use strict'

// A server that stands still when it is told to, until the test lets it go on, then takes what has come. Reports how much, and what it cost.

const engine = require('../../../lib/engine')
const { report, options, standStill } = require('../../common/report')

const { address, maxInboxBytes, flood, gate } = options()
const protocol = { framing: { mode: 'delimiter', delimiter: '\f' }, codec: 'json', maxInboxBytes }
let [count, ordered, before] = [0, true, 0]

const listener = new engine.Listener(protocol, {
  message(value) {
    if (value === 'block') {
      before = process.memoryUsage().rss
      report('blocked')
      setImmediate(() => {
        standStill(gate)
        report('stood', { grown: process.memoryUsage().rss - before })
      })
      return
    }
    if (value.n !== count++) ordered = false
  },
  closed() {
    if (flood) return
    report('result', { count, ordered, grown: process.memoryUsage().rss - before })
    listener.close()
  }
})
listener.listen(address, () => report('ready'))
