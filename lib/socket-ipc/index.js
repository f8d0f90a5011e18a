'use strict'

// @crussell52/socket-ipc as 0.4 has it, a key without a value included, and the classes of its errors.
//
//   server, client   the two classes; endpoint what they have in common
//   channel          what comes in on an established connection
//   errors           what is emitted as `error`

const errors = require('./errors')
const { Client } = require('./client')
const { Server } = require('./server')

module.exports = { Client, Server, MessageError: undefined, ...errors }
