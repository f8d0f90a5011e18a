import part = require('napi-ipc/socket-model/lib/SocketServer')
export = part
