'use strict'

// Wildcards: `*` stands for one segment of a name, `**` for any number of them.

const nssocket = require('napi-ipc/nssocket')

const server = nssocket.createServer((socket) => {
  socket.send(['drink', 'rum'])
  socket.send(['drink', 'vodka'], { with: 'ice' })
  socket.send('food::cake::chocolate', 2)
  socket.send('closing time')
})

server.listen(0, '127.0.0.1', () => {
  const outbound = new nssocket.NsSocket()

  outbound.data(['drink', '*'], function () {
    // The name as it came; `data` is in front of everything that a peer sends.
    console.log('I can mix a', this.event[2], 'drink')
  })
  outbound.data('**', function (payload) {
    console.log('any:', this.event.slice(1).join(' '), payload)
  })
  outbound.dataOnce('closing time', () => outbound.end())
  outbound.on('close', () => server.close())

  // What is no message of this kind arrives here, and nowhere else.
  outbound.on('decodeError', (error, line) => console.log('not understood:', line))

  outbound.connect(server.address().port, '127.0.0.1')
})
