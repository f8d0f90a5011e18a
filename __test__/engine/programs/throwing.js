'use strict'

// Every handler reports and throws. Reports what was uncaught, too.

const net = require('node:net')
const engine = require('../../../lib/engine')
const { report, options } = require('../../common/report')

const { role, address } = options()
const protocol = { framing: { mode: 'delimiter', delimiter: '\f' }, codec: 'json' }

function thrower(type) {
  return () => {
    report(type)
    throw new Error(type)
  }
}

const events = ['connect', 'ready', 'data', 'end', 'finish', 'close']
const listenTo = (connection) => {
  for (const event of events) connection.on(event, thrower(`on.${event}`))
}
const side = Object.fromEntries(
  ['opened', 'message', 'malformed', 'ended', 'failed', 'closed'].map((method) => [method, thrower(method)])
)

if (role === 'thread') {
  const listener = new engine.Listener(protocol, {
    message() {
      throw new Error('in a thread')
    }
  })
  listener.listen({ host: '127.0.0.1', port: 0 }, () =>
    net.connect(listener.address().port, '127.0.0.1').write('1\f2\f')
  )
} else {
  process.on('uncaughtException', (error) => report('uncaught', error.message))
  if (role === 'client') {
    listenTo(engine.connect(address, protocol, side))
    report('ready')
  } else {
    const listener = new engine.Listener(protocol, side)
    listener.on('connection', (connection) => {
      listenTo(connection)
      listener.close()
      report('connection')
      throw new Error('connection')
    })
    listener.listen(address, () => report('ready'))
  }
}
