'use strict'

// A client that counts what is emitted to it, and how long that took.

const { options, report } = require('../../common/report')
const { subject } = require('../../common/subject')

const { domain, count } = options()
const { Client } = subject('ipcio')

let expected = 0
let faults = 0
const took = new Float64Array(count)

const client = new Client(
  { domain, name: 'listener' },
  {
    tick({ data: [number, sent, last] }) {
      if (number !== expected) faults++
      took[expected++] = (Number(process.hrtime.bigint() / 1000n) - sent) / 1000
      if (last) client.emit('emitter', 'seen', 1)
      if (expected < count) return
      took.sort()
      const at = (share) => took[Math.min(count - 1, Math.floor(count * share))]
      report('done', { faults, p50: at(0.5), p99: at(0.99), max: at(1) })
    }
  }
)

client.connect().then(() => report('ready'))
