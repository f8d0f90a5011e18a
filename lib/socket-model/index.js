'use strict'

// What programs may require by path lies in lib/, under the names of the original.
module.exports = require('./lib/SocketModel')
