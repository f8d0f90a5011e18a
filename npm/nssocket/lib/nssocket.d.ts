import dialect = require('napi-ipc/nssocket')
export = dialect
