'use strict'

// A protocol of two messages over a local socket. Their names are made of segments; as a string the segments are joined by `::`.

const fs = require('node:fs')
const os = require('node:os')
const path = require('node:path')
const nssocket = require('napi-ipc/nssocket')

const question = ['message', 'one']
const answer = 'message::two'

// A directory of its own, so that nothing else on the machine is met.
const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'ipc-'))
const place = path.join(directory, 'service')

const server = nssocket.createServer((socket) => {
  socket.send(question, { what: 'is your name?' })
  socket.data(answer, (name) => {
    console.log('server: hello,', name)
    socket.end()
  })
})

server.listen(place, () => {
  const outbound = new nssocket.NsSocket()
  outbound.data(question, ({ what }) => {
    console.log('client: asked', what)
    // The callback is called when the operating system has taken the message.
    outbound.send(answer, 'simple', () => console.log('client: answered'))
  })
  // Without a port the name is a local path.
  outbound.connect(place)
})

server.on('connection', (raw) => {
  raw.on('close', () => {
    server.close()
    fs.rmSync(directory, { recursive: true })
  })
})
