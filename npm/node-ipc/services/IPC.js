'use strict'

// The class, as programs that want instances of their own take it from the original.
module.exports = require('napi-ipc/node-ipc').IPC
