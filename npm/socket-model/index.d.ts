import dialect = require('napi-ipc/socket-model')
export = dialect
