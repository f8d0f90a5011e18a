'use strict'

const { Envelope } = require('../engine')

/** What every message of node-ipc has around it. */
const envelope = new Envelope('type', 'data')

const EMPTY = Object.freeze({})

/**
 * What 9.x sends for `data`: an empty object in place of nothing, and of event emitters. Receivers test for that.
 * @param {any} data
 */
function classicPayload(data) {
  if (!data) return data === 0 || data === false ? data : EMPTY
  return data._maxListeners ? EMPTY : data
}

/**
 * What 14.x sends for `data`: an empty object in place of nothing.
 * @param {any} data
 */
function payload(data) {
  return data === undefined ? EMPTY : data
}

module.exports = { envelope, classicPayload, payload }
