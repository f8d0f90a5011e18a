'use strict'

// ipcio as 0.6.2 has it: two classes, no instance.

const { IpcClient } = require('./client')
const { IpcServer } = require('./server')

module.exports = { Server: IpcServer, Client: IpcClient }
