'use strict'

const { NsSocket, checkType } = require('./ns-socket')
const { serve } = require('./transport')

function createServer(options, listener) {
  if (typeof options === 'function' && !listener) [options, listener] = [{}, options]
  options = options || {}
  options.type = options.type || 'tcp4'
  options.delimiter = options.delimiter || '::'
  checkType(options.type)
  return serve(options, (socket) => {
    // Options of its own: nothing that is done to them reaches the others. Who accepts cannot connect again.
    const accepted = new NsSocket(socket, { ...options, reconnect: false })
    if (listener) listener(accepted)
  })
}

module.exports = { NsSocket, createServer }
