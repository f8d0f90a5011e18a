'use strict'

// A client in a process of its own: reports what happens to it, does what it is told, ends when nothing is left to do.

const { library } = require('./library')
const { report, obey, options, standStill } = require('../../common/report')

const { name, address, settings } = options()
const client = library(name).createClient({
  socketFile: address.path,
  log: { debug() {}, info() {}, warn() {}, error() {} },
  retryInterval: 50,
  ...settings
})
for (const type of ['connect', 'end', 'error']) {
  const handler = client[`${type}Handler`]
  client[`${type}Handler`] = (...args) => {
    report(type, ...args.map(({ message }) => message))
    handler(...args)
  }
}
client.onMessage(({ message }) => report('message', message))
client.start()
report('started')
process.on('beforeExit', () => report('beforeExit'))

obey({
  send: (...messages) => messages.forEach((message) => client.send(message)),
  stop: (message) => client.stop(message),
  exit: (...messages) => {
    messages.forEach((message) => client.send(message))
    process.exit()
  },
  block: (message, gate) => {
    client.send(message)
    standStill(gate)
  }
})
