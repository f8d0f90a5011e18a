'use strict'

// Makes a server and a client and starts neither.

const { library } = require('./library')
const { options } = require('../../common/report')

const { address } = options()
const log = { debug() {}, info() {}, warn() {}, error() {} }
library().createServer({ socketFile: address.path, log }).stop()
library().createClient({ socketFile: address.path, log }).send('m')
