'use strict'

// Sends the messages in bursts and compares what comes back; reports what it emits.

const { isDeepStrictEqual } = require('node:util')

const { report, obey, options } = require('../../common/report')
const { messages } = require('../messages')
const { library } = require('./library')

const BURSTS = [1, 2, 10, 100, 500]

const { name, path, count } = options()
const { Client } = library(name)
const client = new Client({ socketFile: path, retryDelay: 20, reconnectDelay: 20 })
const all = messages(count)
let sent = 0
let back = 0
let bursts = 0

function burst() {
  const end = Math.min(count, sent + BURSTS[bursts++ % BURSTS.length])
  while (sent < end) client.send(...all[sent++])
}

client.on('message', (message, topic, ...rest) => {
  if (topic === 'broadcast') return
  const [wanted, value] = all[back] ?? []
  if (topic !== wanted || !isDeepStrictEqual(message, value) || rest.length !== 1 || rest[0] !== undefined) {
    report('wrong', back, [wanted, String(value).slice(0, 100)], [topic, String(message).slice(0, 100)])
  }
  if (++back === count) report('done', back)
  else if (back === sent) burst()
})
client.on('message.broadcast', (message) => report('broadcast', message))
client.on('error', ({ message }) => report('error', message))
for (const type of ['reconnect', 'disconnect', 'closed', 'close']) client.on(type, () => report(type))
client.on('connect', () => {
  report('connect')
  if (sent === 0 && count > 0) burst()
})
client.connect()
obey({
  send: (...list) => list.forEach((message) => client.send('m', message)),
  close: () => client.close(),
  end: () => client._socket.end(),
  destroy: () => client._socket.destroy()
})
