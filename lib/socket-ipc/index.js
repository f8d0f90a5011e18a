'use strict'

// @crussell52/socket-ipc as 0.4 has it, and the classes of its errors.

const errors = require('./errors')
const { Client } = require('./client')
const { Server } = require('./server')

module.exports = {
  Client,
  Server,
  // A key without a value in the original, too.
  MessageError: undefined,
  ...errors
}
