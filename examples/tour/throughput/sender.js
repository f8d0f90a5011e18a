'use strict'

// Sends as fast as the receiver keeps up, for the time it is told: node sender.js <address> <wire>

const wires = require('./wires')

const BURST = 100
// Messages on their way at most, so that neither side piles up memory.
const WINDOW = 5000
// With it `{"number":…,"text":"…"}` is 64 bytes of JSON, and some less while numbers are short.
const TEXT = 'x'.repeat(64 - '{"number":000000,"text":""}'.length)

const [address, wire] = process.argv.slice(2)
let run

const handlers = {
  got(number) {
    run.confirmed = number
    if (run.blocked) burst()
  },
  done(received) {
    process.send({ event: 'done', sent: run.sent, received, ms: performance.now() - run.began })
  }
}

const connection = wires[wire].connect(address, handlers, () => process.send({ event: 'connected' }))

function burst() {
  const over = performance.now() >= run.until
  run.blocked = !over && run.sent - run.confirmed >= WINDOW
  if (run.blocked) return
  if (over) {
    connection.send('end')
    return
  }
  for (let index = 0; index < BURST; index++) connection.send('item', { number: run.sent++, text: TEXT })
  setImmediate(burst)
}

process.on('message', ({ ms, leave }) => {
  if (leave) {
    connection.close()
    process.disconnect()
    return
  }
  const began = performance.now()
  run = { sent: 0, confirmed: 0, blocked: false, began, until: began + ms }
  burst()
})
