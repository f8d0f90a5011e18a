'use strict'

module.exports = require('napi-ipc/socket-model/lib/SocketServer')
