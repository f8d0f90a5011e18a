'use strict'

// Adopts descriptor 3 and answers every message with itself.

const engine = require('../../../lib/engine')

const protocol = { framing: { mode: 'delimiter', delimiter: '\f' }, codec: 'json', noDelay: true }
let bytes = 0
const connection = engine.adopt(3, protocol, {
  opened: () => process.exit(2),
  message: (value, self) => self.send(JSON.stringify(value)),
  closed: (hadError, self) => {
    // The tap was in place before the first byte was read.
    if (hadError || bytes !== self.bytesRead) process.exitCode = 1
  }
})
connection.on('data', (data) => (bytes += data.length))
connection.send('"hello"')
