import part = require('napi-ipc/socket-model/lib/MessageReader')
export = part
