'use strict'

const { EncodeError } = require('./errors')

// What the engine has to know of the two ways that messages go over the wire.

/** @typedef {import('../engine/protocol').Protocol} Protocol @type {Protocol} */
const JSON_FRAMES = Object.freeze({ framing: { mode: 'delimiter', delimiter: '\0\0' }, codec: 'json' })

/** With a transcoder of the user's, which finds the messages by itself. @type {Protocol} */
const CHUNKS = Object.freeze({ framing: { mode: 'raw' }, codec: 'bytes' })

/**
 * The text of a message, without the end of the frame; undefined if JSON has no form for it, which is emitted.
 * @param {import('node:events')} owner
 * @param {unknown} topic
 * @param {unknown} message
 */
function stringify(owner, topic, message) {
  try {
    return JSON.stringify({ topic, message })
  } catch (error) {
    const reason = `Failed to encode, caused by: ${error?.message ?? error}`
    owner.emit('error', new EncodeError(reason, { topic, message }))
    return undefined
  }
}

/**
 * Has an encoder of the user's encode a message.
 * @param {import('node:events')} owner
 * @param {(wrapper: object, callback: (error: unknown, data: any) => void) => void} encoder
 * @param {{ topic: unknown, message: unknown }} wrapper
 * @param {(data: any) => void} send called with what is to be sent, possibly later
 */
function encode(owner, encoder, wrapper, send) {
  encoder(wrapper, (error, data) => {
    if (error) owner.emit('error', error)
    // null: the encoder skips this message.
    else if (data !== null) send(data)
  })
}

/** @param {any} connection @param {string | Uint8Array} data from an encoder of the user's */
function write(connection, data) {
  if (typeof data === 'string') connection.send(data)
  else connection.write(data)
}

module.exports = { JSON_FRAMES, CHUNKS, stringify, encode, write }
