import part = require('napi-ipc/socket-model/lib/MessageWriter')
export = part
