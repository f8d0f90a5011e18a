// napi-ipc/nssocket, as a CommonJS program sees it.

import nssocket = require('napi-ipc/nssocket')
import net = require('node:net')
import stream = require('node:stream')
import tls = require('node:tls')
import util = require('node:util')
import equal = require('./equal')

const { NsSocket, createServer } = nssocket

// Every option, with a value of each kind it takes.

const socket = new NsSocket({
  type: 'tcp4',
  delimiter: '.',
  encode: (message) => JSON.stringify(message),
  decode: (text: string) => JSON.parse(text),
  binary: false,
  nestArrays: true,
  maxListeners: 50,
  allowHalfOpen: true,
  noDelay: true,
  keepAlive: true,
  keepAliveInitialDelay: 1000,
  highWaterMark: 1 << 16,
  maxFrameBytes: 1 << 20,
  maxOutboxBytes: Infinity,
  maxInboxBytes: 1 << 20,
  reconnect: true,
  maxRetries: 10,
  retryInterval: 5000,
  backoff: { factor: 2, max: 60000 },
  connected: true
})
new NsSocket({ encode: () => Buffer.alloc(1), decode: (bytes: Buffer) => [bytes.length], binary: true })
new NsSocket({
  type: 'tls',
  ca: 'pem',
  key: Buffer.alloc(1),
  servername: 'localhost',
  rejectUnauthorized: false
})
new NsSocket()
NsSocket()
NsSocket({ reconnect: true })
NsSocket(new net.Socket())
new NsSocket(new net.Socket(), {})
new NsSocket(new tls.TLSSocket(new net.Socket()), { type: 'tls' })
new NsSocket(new stream.PassThrough(), { delimiter: '/' })

// @ts-expect-error: no such type
new NsSocket({ type: 'udp4' })
// @ts-expect-error: milliseconds, not text
new NsSocket({ retryInterval: '5000' })
// @ts-expect-error: an option of TLS
new NsSocket({ ca: 'pem' })
// @ts-expect-error: no stream
new NsSocket(5)

// Subclasses, both ways.

class Named extends NsSocket {
  constructor(readonly name: string) {
    super({ reconnect: true })
  }

  greet() {
    this.send('greeting', this.name)
  }
}
new Named('me').greet()
new Named('me').on('start', function () {
  const { name } = this
  equal.is<equal.Equal<typeof name, string>>()
})

function Old(this: nssocket.NsSocket) {
  NsSocket.call(this, { delimiter: '.' })
}
util.inherits(Old, NsSocket)

// Methods.

equal.is<equal.Equal<ReturnType<typeof socket.send>, void>>()
socket.send('a::b')
socket.send(['a', 1], { any: 'thing' })
socket.send('a', null, (error) => console.log(error?.message))
socket.send('a', (error) => console.log(error?.message))
socket.data('a::*', function (payload) {
  equal.is<equal.Equal<typeof payload, any>>()
  console.log(this.event, this.socket.remoteAddress)
})
socket.data(['a', '**'], () => {})
socket.dataOnce('a', () => {})
socket.undata('a', () => {})
socket.connect(8000)
socket.connect('localhost', 8000, () => {})
socket.connect(() => {}, '/tmp/s')
socket.connect()
socket.reconnect()
socket.setIdle(1000)
socket.setKeepAlive(true, 1000)
socket.setKeepAlive()
socket.end()
socket.destroy()
equal.is<equal.Equal<typeof socket.connected, boolean>>()
equal.is<equal.Equal<typeof socket.retry, nssocket.Retry>>()

// @ts-expect-error: no argument of connect
socket.connect({ port: 8000 })
// @ts-expect-error: no name
socket.send(5)

// Events.

socket
  .on('start', () => {})
  .on('close', (hadError) => equal.is<equal.Equal<typeof hadError, true | undefined>>())
  .on('error', (error) => console.log(error.code))
  .on('decodeError', (error, line) => console.log(error.message, line.length))
  .on('idle', () => {})
  .on(['data', '**'], (payload) => console.log(payload))
  .on((...args) => console.log(args))
  .once('data::a', () => {})
  .many(['data', 'a'], 3, () => {})
  .off('start', () => {})
  .onAny(() => {})
  .offAny()
  .removeAllListeners('start')
  .removeAllListeners()
equal.is<equal.Equal<ReturnType<typeof socket.emit>, boolean>>()
socket.emit(['data', 'a'], 1, 2, 3)
socket.setMaxListeners(20)
console.log(socket.listeners('a').length, socket.listenersAny().length)

// Servers.

const plain = createServer((accepted) => accepted.send('hello'))
equal.is<equal.Equal<typeof plain, net.Server>>()
plain.listen(8000, '127.0.0.1', () => {})
const withOptions = createServer({ delimiter: '.', pauseOnConnect: true, noDelay: true }, () => {})
equal.is<equal.Equal<typeof withOptions, net.Server>>()
const secure = createServer({ type: 'tls', key: 'pem', cert: 'pem', requestCert: true }, (accepted) => {
  equal.is<equal.Equal<typeof accepted, nssocket.NsSocket>>()
})
equal.is<equal.Equal<typeof secure, tls.Server>>()
createServer()
createServer({})

// @ts-expect-error: who accepts cannot connect again
createServer({ reconnect: true })
