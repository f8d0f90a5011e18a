'use strict'

// One end of a conversation: a server that answers until its client has gone, a client that asks so many times and waits for
// each answer, or one that only talks.

const engine = require('../../../lib/engine')
const { report, options } = require('../../common/report')

const { address, serve, rounds, unanswered } = options()
const protocol = { framing: { mode: 'delimiter', delimiter: '\f' }, codec: 'json' }

function listen() {
  const listener = new engine.Listener(protocol, {
    message: (value, connection) => value !== 'quiet' && connection.send(JSON.stringify(value)),
    closed: () => listener.close()
  })
  listener.listen(address, () => report('ready'))
}

function ask() {
  let [answers, ticks] = [0, 0]
  const timer = setInterval(() => ticks++, 1)
  const connection = engine.connect(address, protocol, {
    opened: () => connection.send('0'),
    message(value) {
      answers = value + 1
      if (answers < rounds) {
        connection.send(String(answers))
        return
      }
      clearInterval(timer)
      report('done', { answers, ticks })
      connection.end()
    }
  })
}

function talk() {
  let sent = 0
  let before
  const connection = engine.connect(address, protocol, { opened: () => setTimeout(next, 2) })
  function next() {
    before ??= process.cpuUsage()
    connection.send('"quiet"')
    if (++sent < unanswered) {
      setTimeout(next, 2)
      return
    }
    const { user, system } = process.cpuUsage(before)
    report('done', { sent, busy: (user + system) / 1000 })
    connection.end()
  }
}

if (serve) listen()
else if (rounds) ask()
else talk()
