'use strict'

// socket-model as 0.92 has it.
//
//   lib/     what programs may require by path, under the names of the original
//   lines    where lines end, and what a reader keeps
//   logger   the log of programs that bring none
module.exports = require('./lib/SocketModel')
