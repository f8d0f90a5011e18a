'use strict'

// node bench/ipcio/relay.js [rounds] [burst] [bursts on their way]
//
// What a domain relays from one client to another: messages of 64 bytes in bursts, and what that costs its process. The
// clients are the same for both servers and as light as can be (bytes prepared, bytes counted), so that the server is
// what is measured. The servers take turns; the first round does not count.

const net = require('node:net')
const { once } = require('node:events')
const { encode } = require('../../__test__/ipcio/reference-peer')
const { start } = require('./domain')

const BURST = Number(process.argv[3] ?? 100)
/** Bursts on their way, so that the server need not wait for the clients' turn. */
const AHEAD = Number(process.argv[4] ?? 8)
const MS = 1500
const KINDS = ['engine', 'javascript']

async function join(domain, name) {
  const shared = net.connect(`/tmp/IPC.io.${domain}`)
  await once(shared, 'connect')
  shared.write(encode('handshake', name))
  const [answer] = await once(shared, 'data')
  const socket = net.connect(`/tmp/IPC.io.${domain}.${JSON.parse(answer).data}`)
  await once(socket, 'connect')
  return { shared, socket }
}

async function measure(kind) {
  const domain = await start(kind)
  const sender = await join(domain.name, 'sender')
  const receiver = await join(domain.name, 'receiver')
  // The original loses what comes for a client before it has accepted that client's connection.
  await new Promise((resolve) => setTimeout(resolve, 100))

  const data = 'x'.repeat(64)
  const relayed = encode('tick', data).length * BURST
  const burst = Buffer.from(
    encode('emit', encode('tick', data, null, 'receiver'), null, 'sender').repeat(BURST)
  )
  let left = 0
  let look = () => {}
  receiver.socket.on('data', (chunk) => {
    left -= chunk.length
    look()
  })
  const below = (limit) =>
    new Promise((resolve) => {
      look = () => left <= limit && resolve()
      look()
    })
  const run = async (ms) => {
    let count = 0
    for (const end = Date.now() + ms; Date.now() < end; count += BURST) {
      await below(relayed * (AHEAD - 1))
      left += relayed
      sender.shared.write(burst)
    }
    await below(0)
    return count
  }

  await run(300)
  const before = await domain.ask('usage')
  const begin = process.hrtime.bigint()
  const count = await run(MS)
  const seconds = Number(process.hrtime.bigint() - begin) / 1e9
  const after = await domain.ask('usage')
  if (left !== 0) throw new Error(`${kind}: ${-left} bytes too many`)
  for (const { shared, socket } of [sender, receiver]) {
    shared.destroy()
    socket.destroy()
  }
  await domain.stop()
  return { rate: count / seconds, cost: (after.cpu - before.cpu) / count }
}

const median = (values) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)]

async function main() {
  const rounds = Number(process.argv[2] ?? 5)
  const results = Object.fromEntries(KINDS.map((kind) => [kind, []]))
  for (let round = 0; round <= rounds; round++) {
    for (const kind of round % 2 ? KINDS : [...KINDS].reverse()) {
      const result = await measure(kind)
      if (round > 0) results[kind].push(result)
    }
  }
  const [engine, javascript] = KINDS.map((kind) => ({
    rate: median(results[kind].map(({ rate }) => rate)),
    cost: median(results[kind].map(({ cost }) => cost))
  }))
  const row = (name, { rate, cost }) =>
    console.log(
      `${name.padEnd(12)}${rate.toFixed(0).padStart(10)} messages/s${cost.toFixed(2).padStart(8)} µs of CPU a message`
    )
  row('engine', engine)
  row('javascript', javascript)
  console.log(
    `${(engine.rate / javascript.rate).toFixed(1)} times the messages, ` +
      `1/${(javascript.cost / engine.cost).toFixed(1)} of the processor time a message`
  )
}

main()
