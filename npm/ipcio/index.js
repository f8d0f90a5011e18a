'use strict'

module.exports = require('napi-ipc/ipcio')
