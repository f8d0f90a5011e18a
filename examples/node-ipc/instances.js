'use strict'

// Two instances in one process, each with a config, clients and a server of its own: one speaks events, the other bytes.

const fs = require('node:fs')
const os = require('node:os')
const path = require('node:path')
const { IPC } = require('napi-ipc/node-ipc')

const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'ipc-'))
let open = 0

/** An instance that serves and is its own client; `talk` is called when both ends are there. */
function instance(name, config, talk) {
  const ipc = new IPC()
  Object.assign(ipc.config, { silent: true, id: name, socketRoot: directory + '/' }, config)
  open++
  ipc.serve(() => ipc.connectTo(name, () => talk(ipc.server, ipc.of[name], () => close(ipc, name))))
  ipc.server.start()
}

function close(ipc, name) {
  ipc.disconnect(name)
  ipc.server.stop()
  if (--open === 0) fs.rmSync(directory, { recursive: true })
}

instance('events', {}, (server, client, done) => {
  client.on('connect', () => client.emit('time', { zone: 'utc' }))
  server.on('time', (data, socket) => {
    console.log('events: the server got', data)
    server.emit(socket, 'answer', 'noon')
  })
  client.on('answer', (data) => {
    console.log('events: the client got', data)
    done()
  })
})

instance('bytes', { rawBuffer: true, encoding: 'hex' }, (server, client, done) => {
  client.on('connect', () => client.emit([0x05, 0x6d, 0x5c]))
  server.on('data', (bytes, socket) => {
    console.log('bytes: the server got', bytes)
    // A string is read in the encoding of the config.
    server.emit(socket, 'ff00')
  })
  client.on('data', (bytes) => {
    console.log('bytes: the client got', bytes)
    done()
  })
})
