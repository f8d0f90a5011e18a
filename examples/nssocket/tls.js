'use strict'

// A protocol over TLS where both sides show a certificate. A client without one is not let in.
// The certificates of ./certificates are for this example alone.

const fs = require('node:fs')
const path = require('node:path')
const nssocket = require('napi-ipc/nssocket')

const file = (name) => fs.readFileSync(path.join(__dirname, 'certificates', name))

const server = nssocket.createServer(
  {
    type: 'tls',
    key: file('server.key'),
    cert: file('server.crt'),
    // Who is accepted: clients whose certificate this authority has signed.
    ca: file('authority.crt'),
    requestCert: true,
    rejectUnauthorized: true
  },
  (socket) => {
    const { subject } = socket.socket.getPeerCertificate()
    console.log('server: a client came:', subject.CN)
    socket.data('question', (text) => socket.send('answer', `${text}? Of course, ${subject.CN}.`))
  }
)
server.on('tlsClientError', () => console.log('server: somebody was not let in'))

server.listen(0, '127.0.0.1', () => {
  const { port } = server.address()
  const trusted = new nssocket.NsSocket({
    type: 'tls',
    key: file('client.key'),
    cert: file('client.crt'),
    ca: file('authority.crt')
  })
  // After the handshake: the server has shown that it is who it says.
  trusted.on('start', () => {
    console.log('client: connected, authorized:', trusted.socket.authorized)
    trusted.send('question', 'May I')
  })
  trusted.data('answer', (text) => {
    console.log('client:', text)
    trusted.end()
  })
  trusted.on('close', () => withoutCertificate(port))
  trusted.connect(port, 'localhost')
})

function withoutCertificate(port) {
  const stranger = new nssocket.NsSocket({ type: 'tls', ca: file('authority.crt') })
  stranger.on('error', ({ code }) => console.log('stranger: refused:', code))
  stranger.on('close', () => {
    console.log('stranger: closed')
    server.close()
  })
  stranger.connect(port, 'localhost')
}
