'use strict'

// What 9.x publishes as `error` for a frame that is no message. The connection stays, and so do the frames behind it.

/**
 * @param {Error} err why it was not understood
 * @param {string | null} response the frame
 */
function malformedMessage(err, response) {
  return { message: 'Invalid JSON response format', err, response }
}

/** For the one value of JSON that has no members to ask for. */
function nullMessage() {
  return malformedMessage(new TypeError("Cannot read properties of null (reading 'type')"), null)
}

module.exports = { malformedMessage, nullMessage }
