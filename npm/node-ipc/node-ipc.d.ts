import dialect = require('napi-ipc/node-ipc')
export = dialect
