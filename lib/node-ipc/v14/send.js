'use strict'

const { protocolError } = require('./errors')

/**
 * Sends what a plan made of a message.
 * @param {any} socket
 * @param {import('./plan').Plan} plan
 * @param {any} made
 * @param {(error: Error, socket: any) => void} refuse
 * @returns {boolean} false if the sender should wait for `drain`, or if it was lost
 */
function send(socket, plan, made, refuse) {
  if (!plan.guarded) return plan.frame === null ? socket.write(made) : socket.send(made)
  try {
    return plan.frame === null ? socket.write(made) : socket.send(made)
  } catch (error) {
    if (/** @type {any} */ (error).code !== 'ERR_IPC_OUTBOX_FULL') throw error
    refuse(protocolError('BACKPRESSURE'), socket)
    return false
  }
}

/** @param {import('./plan').Plan} plan @param {any} type @param {any} data what is to be sent for a message */
function make(plan, type, data) {
  return plan.frame === null ? plan.parser.encode(type, data) : plan.frame(type, data)
}

/**
 * Why a message must not be published, or undefined.
 * @param {any} message
 */
function flaw(message) {
  if (typeof message !== 'object' || message === null) return protocolError('INVALID_MESSAGE')
  if (typeof message.type === 'string') return undefined
  return protocolError(Array.isArray(message) ? 'INVALID_MESSAGE' : 'INVALID_EVENT')
}

module.exports = { send, make, flaw }
