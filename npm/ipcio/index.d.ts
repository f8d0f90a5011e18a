import dialect = require('napi-ipc/ipcio')
export = dialect
