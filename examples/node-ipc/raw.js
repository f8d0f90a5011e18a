'use strict'

// Bytes in place of events: no envelope, no delimiter, so that the other end may be anything that has a socket. Here the
// server speaks a protocol of its own, and one of its clients is node's own `net`.

const fs = require('node:fs')
const net = require('node:net')
const os = require('node:os')
const path = require('node:path')
const napiIpc = require('napi-ipc/node-ipc')

const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'ipc-'))
const place = path.join(directory, 'raw')

/** An instance for bytes; `encoding` says how strings become some. */
function rawInstance(encoding) {
  const ipc = new napiIpc.IPC()
  ipc.config.silent = true
  ipc.config.rawBuffer = true
  ipc.config.encoding = encoding
  return ipc
}

const service = rawInstance('utf8')

function serve(listening) {
  service.serve(place, listening)
  // One event for each chunk as it arrives: what belongs together is for the protocol to say.
  service.server.on('data', (chunk, socket) => {
    console.log('server: got', chunk)
    service.server.emit(socket, Buffer.from(chunk).reverse())
  })
  service.server.start()
}

function askWithNodeIpc(done) {
  // Strings are hexadecimal digits here; buffers, typed arrays and arrays of numbers are bytes as they are.
  const ipc = rawInstance('hex')
  ipc.connectTo('service', place, () => {
    ipc.of.service.on('connect', () => ipc.of.service.emit('c0ffee'))
    ipc.of.service.on('data', (chunk) => {
      console.log('client: got', chunk)
      ipc.disconnect('service')
      done()
    })
  })
}

function askWithNet(done) {
  const socket = net.connect(place, () => socket.write('stressed'))
  socket.on('data', (chunk) => {
    console.log('net client: got', chunk.toString())
    socket.end()
  })
  socket.on('close', done)
}

serve(() =>
  askWithNodeIpc(() =>
    askWithNet(() => {
      service.server.stop()
      fs.rmSync(directory, { recursive: true })
    })
  )
)
