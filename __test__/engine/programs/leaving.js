'use strict'

// Sends a number of messages in one turn, and goes.

const { Worker, isMainThread, workerData } = require('node:worker_threads')
const engine = require('../../../lib/engine')
const { options } = require('../../common/report')

const { address, how, bytes = 0 } = isMainThread ? options() : workerData
const protocol = { framing: { mode: 'delimiter', delimiter: '\f' }, codec: 'json' }

function leave(connection) {
  if (bytes > 0) connection.write(Buffer.alloc(bytes))
  for (let n = 0; n < 200; n++) connection.send(JSON.stringify({ n, text: 'x'.repeat(20 * n) }))
  if (how === 'uncaught exception') throw new Error('the end')
  process.exit()
}

if (how === 'exit in a thread' && isMainThread) {
  new Worker(__filename, { workerData: { address, how } })
} else {
  const side =
    how === 'exit within a handler'
      ? { message: (value, connection) => leave(connection) }
      : { opened: leave }
  engine.connect(address, protocol, side)
}
