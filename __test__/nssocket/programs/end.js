'use strict'

// One end of connections in a process of its own: a server, or a client that stays with it. Reports what happens; a message
// whose data says `fail` makes its handler throw.

const { subject } = require('../../common/subject')
const { report, obey, options } = require('../../common/report')

const { role, address, settings } = options()
const { NsSocket, createServer } = subject('nssocket')
const at = address.path ? [address.path] : [address.port, address.host]

process.on('uncaughtException', (error) => report('uncaught', error.message))
process.on('beforeExit', () => report('beforeExit'))

let server
const sockets = []

function follow(socket) {
  sockets.push(socket)
  socket.data('**', function (data) {
    report('data', this.event.slice(1), data)
    if (data?.fail) throw new Error(`handler of ${data.n}`)
  })
  socket.on('start', () => report('start'))
  socket.on('close', (...args) => report('close', args.length))
}

if (role === 'server') {
  server = createServer({ ...settings }, (socket) => {
    follow(socket)
    report('accepted')
  })
  server.listen(...at, () => report('ready'))
} else {
  const socket = new NsSocket(settings)
  follow(socket)
  if (role === 'client') socket.connect(...at)
  report('ready')
}

obey({
  send: (name, data) => sockets.at(-1).send(name, data),
  close: () => server.close(),
  unref: () => {
    if (server) server.unref()
    for (const { socket } of sockets) socket.unref()
  },
  end: () => sockets.forEach((socket) => socket.end()),
  destroy: () => sockets.forEach((socket) => socket.destroy())
})
