import part = require('napi-ipc/socket-model/lib/SocketModel')
export = part
