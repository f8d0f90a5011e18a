'use strict'

/**
 * The crossing: this module's `dispatch` is called by the native engine once for everything that has happened since, and
 * tells whom it concerns. See docs/architecture.md for the life of a message.
 */

const bursts = require('./bursts')
const composing = require('./composing')
const { addon, forgetsCalls, wantsLoop } = require('./native-addon')
const { complete } = require('./outline')
const { WORDS, kinds } = require('./records')
const rows = require('./rows')
const { cells, expand } = require('./tables')

/** Records of one crossing; more of them come in another call. 16 KiB. */
const CAPACITY = 1024

/** How long `process.exit()` waits at most for peers that do not read, ms. */
const EXIT_PATIENCE = 500

const records = new Int32Array(CAPACITY * WORDS)

/** What the native engine knows by number. */
const connections = new Map()
const listeners = new Map()
const timers = new Map()

/** Values of the joined text of the batch being read; null if it does not parse as a whole. */
let values = null
/** The next of them. */
let cursor = 0
/** What the next lines are parts of. */
let lines = null
/** What the event was called that came last. */
let name

function begin(text, tables) {
  cursor = 0
  values = null
  if (text === null) return
  try {
    values = JSON.parse(text)
  } catch {
    // One of the frames is no JSON. Each is parsed by itself, so that only that one is reported.
    return
  }
  if (tables) values = expand(values, calls)
}

function dispatch(count, text, tables) {
  if (count === 0) return bursts.close()
  if (text !== undefined) begin(text, tables)
  for (let at = 0, end = count * WORDS; at < end; at += WORDS) {
    const kind = records[at]
    const id = records[at + 1]
    const a = records[at + 2]
    const b = records[at + 3]
    if (kind === kinds.EVENTS) {
      events(connections.get(id), a)
    } else if (kind === kinds.LINE) {
      const connection = connections.get(id)
      const from = cursor
      cursor += b
      if (connection === undefined) continue
      const text = lines.substring(a & 0xffff, a >>> 16)
      if (b === 0 || values === null) connection._text(text)
      else connection._text(text, values, from)
    } else if (kind === kinds.LINES) {
      lines = calls.text(a)
    } else if (kind === kinds.FRAMES) {
      frames(connections.get(id), a)
    } else {
      other(kind, id, a, b)
    }
  }
  // The batch is not held until the next one comes.
  if (count < CAPACITY) values = lines = null
}

function frames(connection, count) {
  const end = cursor + count
  if (values === null) {
    for (; cursor < end; cursor++) {
      const text = calls.frame(cursor)
      if (connection !== undefined) connection._text(text)
    }
  } else if (connection === undefined) {
    cursor = end
  } else {
    const from = cursor
    cursor = end
    connection._values(values, from, end)
  }
}

/** A name, and `count` payloads. */
function events(connection, count) {
  const from = cursor + 1
  const end = from + count
  if (connection === undefined) {
    cursor = end
  } else if (values === null) {
    const quoted = calls.frame(cursor)
    for (cursor = from; cursor < end; cursor++) connection._eventText(quoted, calls.frame(cursor))
  } else {
    // Each batch brings a string of its own; looking up the same one again does not compare characters.
    if (values[cursor] !== name) name = values[cursor]
    cursor = end
    connection._payloads(name, values, from, end)
  }
}

/** A large JSON frame. */
function document(connection, blob) {
  const text = calls.outline(blob, cells)
  if (text === undefined) return connection._text(calls.text(blob))
  let outline
  try {
    outline = JSON.parse(text)
  } catch {
    // Then the frame is no JSON either, and whoever is told so wants to see it; the numbers of its tables are not kept.
    const whole = calls.text(blob)
    calls.discard(blob)
    return connection._text(whole)
  }
  const value = complete(outline, calls, blob)
  calls.discard(blob)
  connection._value(value)
}

function other(kind, id, a, b) {
  switch (kind) {
    case kinds.TEXT: {
      const connection = connections.get(id)
      if (connection !== undefined) connection._text(calls.text(a))
      return
    }
    case kinds.DOCUMENT: {
      const connection = connections.get(id)
      if (connection !== undefined) document(connection, a)
      return
    }
    case kinds.STRING: {
      const connection = connections.get(id)
      if (connection === undefined) return
      const text = calls.text(b)
      if (text !== name) name = text
      connection._payloads(name, [calls.text(a)], 0, 1)
      return
    }
    case kinds.BYTES:
    case kinds.CHUNK: {
      const connection = connections.get(id)
      if (connection === undefined) return
      const buffer = Buffer.allocUnsafe(b)
      calls.bytes(a, buffer)
      if (kind === kinds.BYTES) connection._bytes(buffer)
      else connection._chunk(buffer)
      return
    }
    case kinds.ACCEPTED: {
      const listener = listeners.get(id)
      // Closed by a handler of this very batch: nobody would ever close the connection.
      if (listener === undefined) engine.destroy(a)
      else listener._accepted(a)
      return
    }
    case kinds.ACCEPT_FAILED:
    case kinds.DROPPED:
    case kinds.CLIENT_INSECURE:
    case kinds.TROUBLE:
      listeners.get(id)?._event(kind, a, b)
      return
    case kinds.JOINED: {
      const domain = listeners.get(id)
      // As above.
      if (domain === undefined) engine.destroy(a)
      else domain._event(kind, a, b)
      return
    }
    case kinds.FIRED:
      timers.get(id)?._fired(id)
      return
    case kinds.VOID:
      return
    case kinds.PANICKED:
      ;(connections.get(id) ?? listeners.get(id))?._event(kind, a, b)
      return
    default:
      connections.get(id)?._event(kind, a, b)
  }
}

const engine = new addon.Engine(dispatch, records, wantsLoop(), forgetsCalls())
// The native side does not hold it alive while nothing is open, so that a module reset can collect all of this; whoever
// can open something has the engine.
engine.dispatch = dispatch

/** The functions that are called per message. */
const calls = {}
engine.attach(calls)
for (const part of [rows, bursts, composing]) part.use(calls)

function flushAtExit() {
  bursts.close()
  engine.flush(EXIT_PATIENCE)
}

/** Makes a connection known to `dispatch`. What is still queued at `process.exit()` is flushed while there is one. */
exports.addConnection = function addConnection(id, connection) {
  if (connections.size === 0) process.on('exit', flushAtExit)
  connections.set(id, connection)
}

/** A connection has closed. */
exports.removeConnection = function removeConnection(id) {
  if (connections.delete(id) && connections.size === 0) process.off('exit', flushAtExit)
}

/** Runs a handler of the user. What it throws is an uncaught exception there and then, in order; what follows still runs. */
exports.guard = function guard(fn, self, ...args) {
  try {
    fn.apply(self, args)
  } catch (error) {
    calls.raise(error)
  }
}

exports.engine = engine
exports.calls = calls
exports.listeners = listeners
exports.timers = timers
