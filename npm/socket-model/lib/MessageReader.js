'use strict'

module.exports = require('napi-ipc/socket-model/lib/MessageReader')
