'use strict'

/**
 * Bursts: messages that are sent to one connection in one turn of the loop, in one envelope and with the same members. Their
 * values are gathered and handed over many at a time, at the latest when the turn ends.
 */

const { sent } = require('./records')
const rows = require('./rows')

/** Messages that a burst has to have, and how many are not tried after one that had fewer, or could not begin. */
const WORTH = 8
const PATIENCE = 32

/** What both sides write before the marks of the values; see src/node/raw/filling.rs. */
const ROOM = 0
const OVERHEAD = 1
const CONNECTION = 2
const HEAD = 3

const { marks } = rows

/** The native functions. @type {any} */
let calls

/** For which connection messages are gathered, 0 for none, and in which envelope. */
let open = 0
let head = 0
/** Bytes that may wait before the sender should pause, and those of a message besides its values. */
let room = 0
let overhead = 0
/** Messages that are gathered, and all that were. */
let messages = 0
let total = 0
/** Bursts that are not tried. */
let refused = 0

/**
 * Gathers a message, if it is one more of the burst. If it is for the same connection but no such message, the burst is over:
 * it comes after it.
 *
 * @param {number} connection
 * @param {number} envelope
 * @param {any} payload
 * @returns {any} what `sendEvent` returns; else what is still to be sent, the payload or what `rows.instead` has for it
 */
exports.add = function add(connection, envelope, payload) {
  if (connection !== open) return payload
  // Busy: by a getter of a message that comes after this one.
  if (envelope !== head || rows.isBusy()) {
    close()
    return payload
  }
  if (!rows.add(payload)) {
    const instead = rows.instead(payload)
    close()
    return instead
  }
  messages++
  // Below the mark it has to be certain that it stays so; above, a drain is owed, before which nobody is told anything else.
  const certain = room === 0 || rows.size() + messages * overhead < room
  return certain && !rows.isFull() ? room > 0 : handOver() === sent.BELOW
}

/**
 * Messages like this one are gathered from now on, if that can be done.
 *
 * @param {number} connection
 * @param {number} envelope
 * @param {any} payload
 */
exports.begin = function begin(connection, envelope, payload) {
  if (refused > 0) {
    refused--
    return
  }
  if (rows.isBusy()) return
  const members = rows.membersOf(payload)
  if (members === null) {
    refused = PATIENCE
    return
  }
  close()
  rows.begin(members)
  marks[CONNECTION] = connection
  marks[HEAD] = envelope
  calls.gather(marks)
  room = marks[ROOM]
  overhead = marks[OVERHEAD]
  if (room < 0) {
    refused = PATIENCE
    return
  }
  open = connection
  head = envelope
  total = 0
}

/** What the last message would have been answered: all others were certain. */
function handOver() {
  total += messages
  messages = 0
  const outcome = rows.take(calls.fillForm)
  room = marks[ROOM]
  // It has closed meanwhile.
  if (room < 0) open = 0
  return outcome
}

/** What was gathered is handed over, whomever it is for. */
function close() {
  if (open === 0) return
  if (messages > 0) handOver()
  open = 0
  // A getter of the next one may have caused this.
  rows.clear()
  if (total < WORTH) refused = PATIENCE
}

/** What was sent on `connection` so far has been handed over after this. @param {number} connection */
exports.settle = function settle(connection) {
  if (connection === open) close()
}

exports.close = close

/** @internal @param {any} natives */
exports.use = function use(natives) {
  calls = natives
}
