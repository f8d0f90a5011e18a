'use strict'

// A receiver whose handler throws when the message says so. Reports what it handles and what is uncaught, in order.

const { library } = require('./library')
const { report, options } = require('../../common/report')

const { role, address, failOnClient } = options()

process.on('uncaughtException', (error) => report('uncaught', error.message))

const handle = ({ message: { n, fail } }) => {
  report('m', n)
  if (fail) throw new Error(`handler of ${n}`)
}
const settings = { socketFile: address.path, log: { debug() {}, info() {}, warn() {}, error() {} } }

if (role === 'server') {
  const server = library().createServer(settings)
  server.onMessage(handle)
  server.onClientConnection((socket) => {
    socket.on('close', () => report('close', server.getClients().length))
    if (failOnClient) throw new Error('client handler')
  })
  server.start()
  report('ready')
} else {
  const client = library().createClient(settings)
  const { connectHandler } = client
  client.connectHandler = () => {
    connectHandler()
    report('ready')
  }
  client.onMessage(handle)
  client.start()
}
