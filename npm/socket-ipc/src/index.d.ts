import dialect = require('napi-ipc/socket-ipc')
export = dialect
