'use strict'

const engine = require('../engine')

/** The deliveries of readers that are the dialect's own. @type {WeakMap<object, import('./delivery').Delivery>} */
const deliveries = new WeakMap()

let connections = 0

/** What the engine tells about the connections of one server or client: lines go to its reader. */
class Lines {
  /**
   * @param {any} reader
   * @param {string} separator
   */
  constructor(reader, separator) {
    this.reader = reader
    this.separator = separator
  }

  /** @param {string} line @param {any} connection */
  message(line, connection) {
    this.reader.lineHandler(line, connection)
  }

  /** What has been read is emitted before the next thing happens, as if each had come by itself. */
  settle() {
    deliveries.get(this.reader)?.settle()
  }
}

/**
 * @param {string} separator
 * @returns {import('../engine/protocol').Protocol}
 */
function lineProtocol(separator) {
  return { framing: { mode: 'line', delimiter: separator }, codec: 'text' }
}

/**
 * Makes a connection known by a number, as long as it lives. The original takes its descriptor, which the engine keeps.
 * @param {any} connection
 */
function number(connection) {
  connection.id = ++connections
}

/** Whether `send` ends a frame of this socket with the separator. @param {any} socket @param {string} separator */
function sendsLines(socket, separator) {
  return socket instanceof engine.Connection && socket.receiver.separator === separator
}

/** @param {any} socket @param {string} text @param {string} separator */
function writeLine(socket, text, separator) {
  if (sendsLines(socket, separator)) socket.send(text)
  else socket.write(text + separator)
}

module.exports = { Lines, deliveries, lineProtocol, number, sendsLines, writeLine }
