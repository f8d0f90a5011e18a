'use strict'

// A UDP service. One with somebody to talk to sends the messages, each when the answer to the last has come, and
// compares; the other sends back what it gets.

const { isDeepStrictEqual } = require('node:util')

const { report, obey, options } = require('../../common/report')
const { emitted, messages, TYPES } = require('../messages')
const { library } = require('./library')

/** Longest data that fits into a datagram of any kind. */
const LONGEST = 60000

async function main({ name, kind, address, port, to, count, generations, config }) {
  const ipc = await library(name, config)
  const ready = () => report('ready')
  ipc.serveNet(address, port, kind, ready)
  const { server } = ipc
  const all = messages(count ?? 0).map(([type, data]) => [
    type,
    typeof data === 'string' ? data.slice(0, LONGEST) : data
  ])
  let at = 0
  const ask = () => server.emit(to, ...all[at])

  function answered(type, data) {
    const [wanted, value] = all[at]
    const expected = generations.reduce(emitted, value)
    if (type !== wanted || !isDeepStrictEqual(data, expected)) report('wrong', at, wanted, type)
    if (++at === count) report('done', at)
    else ask()
  }

  for (const type of TYPES) {
    server.on(type, (data, peer) => (to ? answered(type, data) : server.emit(peer, type, data)))
  }
  server.on('broadcast', (data) => report('broadcast', data))
  server.on('error', ({ message }) => report('error', message))
  server.start()
  obey({
    ask,
    broadcast: (data) => server.broadcast('broadcast', data),
    close: () => server.stop()
  })
}

main(options())
