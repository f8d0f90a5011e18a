'use strict'

const { Connection, Foreign } = require('../engine')

/** By reader: what else it can do. A reader of the user's has nothing. */
const abilities = new WeakMap()
let connections = 0

/** Hands the lines of a connection, or of a stream of the user's own, to a reader; `handlers` are told the rest. */
function attach(connection, protocol, reader, { ended, closed, ...handlers }) {
  const able = abilities.get(reader)
  // What was read before is emitted before, as if each had come by itself.
  const settle = (next) => {
    try {
      able?.emit()
    } finally {
      next()
    }
  }
  const receiver = {
    ...handlers,
    separator: protocol.framing.delimiter,
    message(line, _, values, at) {
      // Whoever has put a handler in the place of this one gets the line alone.
      if (values === undefined || reader.lineHandler !== able?.lineHandler)
        reader.lineHandler(line, connection)
      else able.take(line, connection, { mid: values[at], ts: values[at + 1], message: values[at + 2] })
    },
    ended: () => settle(ended),
    closed: () => settle(closed)
  }
  // The original shows the descriptor, which here is the engine's business.
  connection.id = ++connections
  if (connection instanceof Connection) {
    connection.receiver = receiver
    connection.setEncoding('utf8').resume()
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

/** What servers and clients have in common. */
function endpoint(self, kind, options) {
  for (const [name, what] of Object.entries(NEEDS))
    if (!options[name]) throw new Error(`socket ${kind} must be constructed with a ${what}`)
  const { log, socketFile, reader, writer } = options
  self.onMessage = (handler) => void reader.on('message', handler)
  self.getReader = () => reader
  self.getWriter = () => writer
  const separator = options.separator || '\n'
  // Lines end where the original ends them, and at the separator.
  const protocol = {
    framing: { mode: 'line', delimiter: `${separator}` },
    codec: 'text',
    members: ['mid', 'ts', 'message']
  }
  return { log, socketFile, reader, writer, separator, protocol }
}

/** What readers and writers have in common. */
function helper(self, done, { log, separator }) {
  if (!log) throw new Error('socket server must be constructed with a log')
  const state = { log, separator: separator || '\n', messageCount: 0 }
  self.getMessageCount = () => {
    log.info(`total messages ${done}: `, state.messageCount)
    return state.messageCount
  }
  self.__protected = () => ({ separator: state.separator })
  return state
}

module.exports = { abilities, attach, endpoint, endsLines, helper, writeLine }
