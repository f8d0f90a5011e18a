'use strict'

module.exports = require('napi-ipc/nssocket')
