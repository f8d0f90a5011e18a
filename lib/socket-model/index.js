'use strict'

// socket-model as 0.92 has it. The files programs may reach by path are in lib/, under the names of the original.

module.exports = require('./lib/SocketModel')
