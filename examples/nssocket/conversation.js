'use strict'

// A server and a client over TCP: the first example of nssocket's own documentation, with the end it left out.

const nssocket = require('napi-ipc/nssocket')

const server = nssocket.createServer((socket) => {
  // `socket` is an NsSocket for this connection.
  socket.send(['you', 'there'])
  socket.data(['iam', 'here'], (data) => {
    console.log('server: good, it speaks our language:', data)
    socket.end()
  })
})

// Any port that is free; a program would name one.
server.listen(0, '127.0.0.1', () => {
  const { port } = server.address()
  const outbound = new nssocket.NsSocket()
  outbound.on('start', () => console.log('client: connected'))
  outbound.data(['you', 'there'], () => {
    outbound.send(['iam', 'here'], { iam: true, indeedHere: true })
  })
  outbound.on('close', () => {
    console.log('client: closed')
    server.close()
  })
  outbound.connect(port)
})
