import part = require('napi-ipc/socket-model/lib/SocketClient')
export = part
