'use strict'

module.exports = require('napi-ipc/node-ipc/v14/parsers')
