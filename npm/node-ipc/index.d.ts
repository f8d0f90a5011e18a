import nodeIpc = require('napi-ipc/node-ipc')
export = nodeIpc
