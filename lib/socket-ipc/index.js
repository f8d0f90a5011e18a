'use strict'

// @crussell52/socket-ipc as 0.4 has it, a key without a value included, and the classes of its errors.

const errors = require('./errors')
const { Client } = require('./client')
const { Server } = require('./server')

module.exports = { Client, Server, MessageError: undefined, ...errors }
