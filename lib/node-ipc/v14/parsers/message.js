'use strict'

const { MessageParser } = require('../message-parser')

module.exports = { MessageParser, default: MessageParser, __esModule: true }
