'use strict'

/** The envelope: four fields in this order, nothing between two of them on the wire. */

const { randomUUID } = require('node:crypto')

const HANDSHAKE = 'handshake'
const DISCOVER = 'discover'
const BROADCAST = 'broadcast'
const EMIT = 'emit'
const DELIVER = 'deliver'
const ERROR = 'error'

/** Commands of the protocol itself; no handler can have such a name. */
const RESERVED = new Set([HANDSHAKE, DISCOVER, BROADCAST, EMIT, DELIVER, ERROR])

/** What a server says of a name that another client has. */
const NAME_TAKEN = 201

/** @param {any} value */
function text(value) {
  return value === null || value === undefined ? null : value.toString()
}

/**
 * @param {any} command
 * @param {any} data left out when undefined
 * @param {any} [delivery] as given
 * @param {any} [id]
 */
function encode(command, data, delivery = null, id = null) {
  return JSON.stringify({ id: text(id), command: text(command), data, delivery })
}

/** Data as a handler gets it. @param {any} data @param {boolean} falsyAsNull */
function received(data, falsyAsNull) {
  return data === undefined || (falsyAsNull && !data) ? null : data
}

/** 32 hexadecimal digits with the bits of a version 4 UUID; nobody can guess it. */
function newId() {
  return randomUUID().replaceAll('-', '')
}

module.exports = {
  HANDSHAKE,
  DISCOVER,
  BROADCAST,
  EMIT,
  DELIVER,
  ERROR,
  RESERVED,
  NAME_TAKEN,
  encode,
  received,
  newId
}
