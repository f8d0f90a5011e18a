'use strict'

// A client in a process of its own: reports what it emits, does what it is told, ends when nothing is left to do.

const { subject } = require('../../common/subject')
const { report, obey, options, standStill } = require('../../common/report')

const { path, retryDelay = 20, reconnectDelay = 20, errors = true } = options()
const { Client } = subject('socket-ipc')
const client = new Client({ socketFile: path, retryDelay, reconnectDelay })
for (const type of ['connect', 'reconnect', 'disconnect', 'closed', 'close'])
  client.on(type, () => report(type))
client.on('connectError', ({ code }) => report('connectError', code))
if (errors) client.on('error', ({ code, message }) => report('error', { code, message }))
client.on('message', (message, topic) => report('message', topic, message))
client.connect()

obey({
  send: (topic, message) => client.send(topic, message),
  close: () => client.close(),
  unref: () => client._socket.unref(),
  exit: (topic, messages) => {
    for (const message of messages) client.send(topic, message)
    process.exit()
  },
  block: (topic, message, gate) => {
    client.send(topic, message)
    standStill(gate)
  }
})
process.on('beforeExit', () => report('beforeExit'))
