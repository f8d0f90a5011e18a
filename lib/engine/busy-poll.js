'use strict'

/** Waiting for answers without sleeping: src/node/loop_path/busy_poll.rs does it, this is its switch. */

const { engine } = require('./crossing')
const { argumentTypeError, codedError } = require('./errors')

/** Longer than this nothing else on the loop should have to wait, µs. */
const LONGEST = 1000

/**
 * @param {number} microseconds
 * @throws ERR_INVALID_ARG_TYPE, ERR_OUT_OF_RANGE
 */
exports.busyPoll = function busyPoll(microseconds) {
  if (typeof microseconds !== 'number')
    throw argumentTypeError('microseconds', 'of type number', microseconds)
  set(microseconds, 'microseconds')
}

/** `option` is who is to blame. */
function set(microseconds, option) {
  if (!Number.isInteger(microseconds) || microseconds < 0 || microseconds > LONGEST) {
    const message = `"${option}" must be an integer >= 0 and <= ${LONGEST}. Received ${String(microseconds)}`
    throw codedError(RangeError, 'ERR_OUT_OF_RANGE', message, { option })
  }
  engine.setBusyPoll(microseconds)
}

const VARIABLE = 'NAPI_IPC_BUSY_POLL'
const wanted = process.env[VARIABLE]
if (wanted) set(Number(wanted), VARIABLE)
