'use strict'

// Receives the beginning of a frame on a connection that does not hold the process; ends by itself.

const { options } = require('../../common/report')
const { default: ipc } = require('../../common/subject').subject('node-ipc/v14')

Object.assign(ipc.config, { silent: true, parser: 'guarded', messageTimeout: 60000, maxRetries: 0 })
ipc.connectTo('server', options().path)
const client = ipc.of.server
client.on('go', () => client.socket.unref())
