import dialect = require('napi-ipc/node-ipc/v14/parsers/message')
export = dialect
