'use strict'

// Sends the messages in bursts, compares what comes back with what must; reports what it publishes.

const { isDeepStrictEqual } = require('node:util')

const { report, obey, options } = require('../../common/report')
const { messages, emitted, TYPES } = require('../messages')
const { library } = require('./library')

const BURSTS = [1, 2, 10, 100, 500]

async function main({ name, address, count, generations, config }) {
  const ipc = await library(name, config)
  const { path, host, port } = address
  if (path) ipc.connectTo('server', path)
  else ipc.connectToNet('server', host, port)
  const client = ipc.of.server

  const all = messages(count)
  let sent = 0
  let back = 0
  let bursts = 0
  const burst = () => {
    const end = Math.min(count, sent + BURSTS[bursts++ % BURSTS.length])
    while (sent < end) client.emit(...all[sent++])
  }
  const answered = (type, data) => {
    const [wanted, value] = all[back]
    const expected = generations.reduce(emitted, value)
    if (type !== wanted || !isDeepStrictEqual(data, expected)) {
      report('wrong', back, [wanted, String(expected).slice(0, 100)], [type, String(data).slice(0, 100)])
    }
    if (++back === count) report('done', back)
    else if (back === sent) burst()
  }
  for (const type of TYPES) client.on(type, (data) => answered(type, data))
  for (const type of ['disconnect', 'destroy', 'broadcast']) client.on(type, (data) => report(type, data))
  client.on('error', ({ message }) => report('error', message))
  client.on('connect', () => {
    report('connect')
    if (sent === 0 && count > 0) burst()
  })
  obey({
    end: () => client.socket.end(),
    destroy: () => client.socket.destroy(),
    disconnect: () => ipc.disconnect('server')
  })
}

main(options())
