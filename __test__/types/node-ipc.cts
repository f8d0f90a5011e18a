// napi-ipc/node-ipc, as a CommonJS program sees it.

import ipc = require('napi-ipc/node-ipc')
import net = require('node:net')
import equal = require('./equal')

// Every option, with a value of each kind it takes.

ipc.config.appspace = 'app.'
ipc.config.socketRoot = '/tmp/'
ipc.config.id = 'world'
ipc.config.encoding = 'hex'
ipc.config.rawBuffer = true
ipc.config.sync = true
ipc.config.syncTimeout = 1000
ipc.config.unlink = false
ipc.config.delimiter = '\f'
ipc.config.silent = true
ipc.config.logDepth = 5
ipc.config.logInColor = false
ipc.config.logger = (line) => equal.is<equal.Equal<typeof line, string>>()
ipc.config.maxConnections = 100
ipc.config.retry = 500
ipc.config.maxRetries = Infinity
ipc.config.maxRetries = false
ipc.config.stopRetrying = true
ipc.config.stopRetrying = 3
ipc.config.resetRetriesOn = 'message'
ipc.config.tls = false
ipc.config.tls = {
  public: 'cert.pem',
  private: 'key.pem',
  trustedConnections: ['ca.pem'],
  rejectUnauthorized: true
}
ipc.config.tls = {
  key: ['pem', Buffer.alloc(1)],
  requestCert: true,
  minVersion: 'TLSv1.2',
  handshakeTimeout: 1000
}
ipc.config.peerTimeout = 60000
ipc.config.networkHost = '127.0.0.1'
ipc.config.networkPort = 8000
ipc.config.readableAll = true
ipc.config.writableAll = true
ipc.config.interface.localAddress = '127.0.0.1'
ipc.config.interface = { localPort: 4000, family: 4, hints: 0, lookup: false }

// @ts-expect-error: milliseconds, not text
ipc.config.retry = '500'
// @ts-expect-error: no such encoding
ipc.config.encoding = 'utf9'
// @ts-expect-error: no such option
ipc.config.retries = 5
// @ts-expect-error: the functions cannot be replaced
ipc.IPC = class {}

// Instances.

const other: ipc.IPC = new ipc.IPC()
const config: ipc.Config = other.config
other.config = config
// @ts-expect-error: only the module itself hands out the class
other.IPC

// A server.

ipc.serve()
ipc.serve(() => {})
ipc.serve('/tmp/x', () => {})
ipc.serveNet()
ipc.serveNet(() => {})
ipc.serveNet(8000)
ipc.serveNet(8000, () => {})
ipc.serveNet('udp4', () => {})
ipc.serveNet(8000, 'udp4', () => {})
ipc.serveNet('localhost', 8000, () => {})
ipc.serveNet('localhost', 'udp6', () => {})
ipc.serveNet('localhost', 8000, 'udp4', () => {})
ipc.serveNet('localhost', () => {})
// @ts-expect-error: no such transport
ipc.serveNet('localhost', 8000, 'tcp', () => {})

ipc.server
  .on('start', () => {})
  .on('connect', (socket) => equal.is<equal.Equal<typeof socket, ipc.Socket>>())
  .on('socket.disconnected', (socket, id) => socket === ipc.server.sockets[0] && id === false)
  .on('close', (hadError) => equal.is<equal.Equal<typeof hadError, boolean>>())
  .on('error', (error, socket) => socket?.destroy(error instanceof Error ? error : error.err))
  .on('data', (chunk) => equal.is<equal.Equal<typeof chunk, Buffer>>())
  .on('*', (type, ...args) => console.log(type, args))
  .on('greeting', (data: { name: string }, socket) => ipc.server.emit(socket, 'answer', data.name))
  .once('farewell', () => {})
  .off('farewell', '*')
ipc.server.start()
ipc.server.broadcast('news', { at: 1 })
ipc.server.emit({ address: '127.0.0.1', port: 8000 }, 'to a peer')

// Secure connections, and peers by UDP.

ipc.server.on('connect', (socket) => {
  if (socket.encrypted && !socket.authorized) console.log(socket.authorizationError, socket.getProtocol())
  const { subject } = socket.getPeerCertificate()
  console.log(subject.CN, socket.alpnProtocol || 'none', socket.servername)
})
const peer: ipc.Peer = { address: '127.0.0.1', port: 8000, family: 'IPv4', size: 10 }
ipc.server.emit(peer, 'to a peer')
const listener: net.Server = ipc.server.server
listener.unref()
ipc.server.stop()

// @ts-expect-error: a handler is required
ipc.server.on('greeting')
// @ts-expect-error: the number of a socket is no socket
ipc.server.emit(1, 'answer')

// A client.

ipc.connectTo('world')
ipc.connectTo('world', () => {})
ipc.connectTo('world', '/tmp/x', (instance) => instance?.of)
ipc.connectToNet('world')
ipc.connectToNet('world', () => {})
ipc.connectToNet('world', 8000, () => {})
ipc.connectToNet('world', 'localhost', () => {})
ipc.connectToNet('world', 'localhost', 8000, () => {})

const world = ipc.of['world']!
world
  .on('connect', () => world.emit('greeting', { name: 'ada' }))
  .on('disconnect', () => {})
  .on('destroy', () => {})
  .on('error', (error) => (error instanceof Error ? error.code : error.response))
  .on('answer', (text: string) => text.length)
  .on('answer', function () {
    const self = this
    equal.is<equal.Equal<typeof self, ipc.Client>>()
  })
world.emit('tick')
world.emit(Buffer.from([1, 2, 3]))
world.emit([1, 2, 3])
const socket: net.Socket = world.socket
const left: number = world.retriesRemaining
ipc.disconnect('world')

// @ts-expect-error: emit does not say whether it was written
const written: boolean = world.emit('tick')

ipc.log('anything', { at: 1 }, null)

void [socket, left, written]
