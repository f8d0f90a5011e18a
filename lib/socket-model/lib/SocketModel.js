'use strict'

const { randomInt } = require('node:crypto')
const { createLogger } = require('../logger')
const MessageReader = require('./MessageReader')
const MessageWriter = require('./MessageWriter')
const SocketClient = require('./SocketClient')
const SocketServer = require('./SocketServer')

/** Six digits of base 20, as in the original. */
const randomFile = () => `/tmp/socket-model-${randomInt(20 ** 5, 20 ** 6).toString(20)}.sock`

/** Fills in what the caller left out, in the caller's own object: programs read the log and the path from it. */
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

exports.createServer = function createServer(options) {
  const given = options || {}
  if (typeof given !== 'object') throw new Error('createServer must be called with an object...')
  return new SocketServer(complete(given))
}

exports.createClient = function createClient(options) {
  if (!options || typeof options !== 'object' || !options.socketFile) {
    throw new Error('createClient must be called with an object that defines socketFile...')
  }
  return new SocketClient(complete(options))
}
