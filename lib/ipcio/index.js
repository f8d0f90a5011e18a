'use strict'

// ipcio as 0.6.2 has it: two classes, no instance.
//
//   server, client   the two classes; party what they have in common
//   session          one attempt of a client to join, and its two connections
//   queue            what a client sends while it has no connection
//   message          the envelope

const { IpcClient } = require('./client')
const { IpcServer } = require('./server')

module.exports = { Server: IpcServer, Client: IpcClient }
