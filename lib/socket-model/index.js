'use strict'

module.exports = require('./lib/SocketModel')
