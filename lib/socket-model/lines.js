'use strict'

const { Connection, Foreign } = require('../engine')

/** By reader: emits what waits. A reader of the user's has none. */
const settlers = new WeakMap()
let connections = 0

/** Lines end where the original ends them, and at the separator. */
const lineProtocol = (separator) => ({ framing: { mode: 'line', delimiter: `${separator}` }, codec: 'text' })

/** Hands the lines of a connection, or of a stream of the user's own, to a reader; `handlers` are told the rest. */
function attach(connection, protocol, reader, { ended, closed, ...handlers }) {
  // What was read before is emitted before, as if each had come by itself.
  const settle = (next) => {
    try {
      settlers.get(reader)?.()
    } finally {
      next()
    }
  }
  const receiver = {
    ...handlers,
    separator: protocol.framing.delimiter,
    message: (line) => reader.lineHandler(line, connection),
    ended: () => settle(ended),
    closed: () => settle(closed)
  }
  // The original shows the descriptor, which here is the engine's business.
  connection.id = ++connections
  if (connection instanceof Connection) {
    connection.receiver = receiver
    connection.setEncoding('utf8')
    connection.resume()
  } else {
    new Foreign(connection, protocol, receiver)
  }
}

/** Whether `send` ends lines with this separator: `socket` may be the user's own, or a connection of another server. */
const endsLines = (socket, end) => socket instanceof Connection && socket.receiver.separator === end

function writeLine(socket, text, separator) {
  if (endsLines(socket, separator)) socket.send(text)
  else socket.write(text + separator)
}

const NEEDS = { log: 'log', socketFile: 'socket file name', reader: 'reader object', writer: 'writer object' }

function checked(kind, options) {
  for (const [name, what] of Object.entries(NEEDS))
    if (!options[name]) throw new Error(`socket ${kind} must be constructed with a ${what}`)
  return options
}

module.exports = { attach, checked, endsLines, lineProtocol, settlers, writeLine }
