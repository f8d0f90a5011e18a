'use strict'

const { randomInt } = require('node:crypto')

const { createLogger } = require('../logger')
const MessageReader = require('./MessageReader')
const MessageWriter = require('./MessageWriter')
const SocketClient = require('./SocketClient')
const SocketServer = require('./SocketServer')

/** A name nobody uses: six digits of base 20. */
function randomFile() {
  return `/tmp/socket-model-${randomInt(20 ** 5, 20 ** 6).toString(20)}.sock`
}

/**
 * Fills in what the caller has left out. In the caller's own object: programs read the path and the log back from it.
 * @param {any} options
 */
function complete(options) {
  if (!options.log) options.log = createLogger()
  if (!options.socketFile) {
    options.socketFile = randomFile()
    console.log('WARNING: socket server created with random file: ', options.socketFile)
  }
  if (!options.writer) options.writer = new MessageWriter(options)
  if (!options.reader) options.reader = new MessageReader(options)
  return options
}

/** @param {any} [options] */
exports.createServer = function createServer(options) {
  const given = options || {}
  if (typeof given !== 'object') throw new Error('createServer must be called with an object...')
  return new SocketServer(complete(given))
}

/** @param {any} options */
exports.createClient = function createClient(options) {
  if (!options || typeof options !== 'object' || !options.socketFile) {
    throw new Error('createClient must be called with an object that defines socketFile...')
  }
  return new SocketClient(complete(options))
}
