'use strict'

// A client that emits to another one in bursts, and waits for the last of each to be acknowledged. Its messages carry
// their number and the time they were sent at.

const { options, report } = require('../../common/report')
const { subject } = require('../../common/subject')

const { domain, to, count, burst } = options()
const { Client } = subject('ipcio')

async function main() {
  let acknowledged
  const client = new Client({ domain, name: 'emitter' }, { seen: () => acknowledged() })
  await client.connect()
  const begin = process.hrtime.bigint()
  for (let number = 0; number < count;) {
    const seen = new Promise((resolve) => (acknowledged = resolve))
    for (let end = Math.min(number + burst, count); number < end; number++) {
      const last = number === end - 1
      client.emit(to, 'tick', [number, Number(process.hrtime.bigint() / 1000n), last])
    }
    await seen
  }
  report('done', Number(process.hrtime.bigint() - begin) / 1e6)
  process.exit()
}

main()
