'use strict'

// Raw mode. The server sends back what it gets; the client sends bytes in pieces of all sizes and compares.

const { report, obey, options } = require('../../common/report')
const { library } = require('./library')

const SIZES = [1, 2, 100, 1, 65535, 65536, 65537, 1 << 20, 3]

/** Every byte there is, or text of which nothing but UTF-8 is made. */
function payload(size, text) {
  if (text) return Buffer.from('é€😀 plain\f'.repeat(size / 8 + 1))
  return Buffer.from(Array.from({ length: size }, (_, n) => (n * 31 + (n >> 8)) & 255))
}

function serve(ipc, { path, host, port }) {
  const ready = () => report('ready')
  if (path) ipc.serve(path, ready)
  else ipc.serveNet(host, port, ready)
  const { server } = ipc
  server.on('data', (chunk, socket) => server.emit(socket, chunk))
  server.on('error', ({ message }) => report('error', message))
  server.start()
  obey({
    broadcast: (hex) => server.broadcast(Buffer.from(hex, 'hex')),
    close: () => {
      server.stop()
      for (const socket of [...server.sockets]) socket.destroy()
    }
  })
}

function connect(ipc, { path, host, port }, text) {
  if (path) ipc.connectTo('server', path)
  else ipc.connectToNet('server', host, port)
  const client = ipc.of.server
  const sent = SIZES.map((size) => payload(size, text))
  const expected = Buffer.concat(sent)
  let received = []
  let length = 0
  client.on('connect', () => {
    for (const bytes of sent) client.emit(bytes)
  })
  client.on('data', (chunk) => {
    received.push(chunk)
    length += chunk.length
    if (length === expected.length) {
      report('echoed', Buffer.concat(received).equals(expected))
      received = []
    } else if (length > expected.length) report('more', chunk.toString('hex'))
  })
  client.on('error', ({ message }) => report('error', message))
  obey({ disconnect: () => ipc.disconnect('server') })
}

async function main({ name, role, address, text, config }) {
  const ipc = await library(name, { rawBuffer: true, ...config })
  if (role === 'server') serve(ipc, address)
  else connect(ipc, address, text)
}

main(options())
