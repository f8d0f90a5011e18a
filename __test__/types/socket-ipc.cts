// napi-ipc/socket-ipc, as a CommonJS program sees it.

import ipc = require('napi-ipc/socket-ipc')
import events = require('node:events')
import net = require('node:net')
import equal = require('./equal')

// Every option, with a value of each kind it takes.

const transcoder: ipc.Transcoder = {
  socketEncoding: 'utf8',
  createEncoder: () => (wrapper, callback) => {
    equal.is<equal.Equal<typeof wrapper, ipc.MessageWrapper>>()
    if (wrapper.topic === 'skip') callback(null, null)
    else if (wrapper.topic === 'bytes') callback(null, Buffer.from('x'))
    else if (wrapper.topic === 'bad') callback(new Error('bad'))
    else setImmediate(callback, undefined, `${wrapper.topic}=${wrapper.message}\n`)
  },
  createDecoder: () => {
    let rest = ''
    return (chunk: string, callback) => {
      rest += chunk
      callback(null, [{ topic: 'a', message: rest }])
    }
  }
}
const binary: ipc.Transcoder = {
  socketEncoding: null,
  createEncoder: () => (wrapper, callback) => callback(null, wrapper.message),
  createDecoder: () => (chunk: Buffer, callback) => callback(null, [{ topic: 'raw', message: chunk }])
}
new ipc.Server({ socketFile: '/tmp/x' })
new ipc.Server({ socketFile: '/tmp/x', transcoder })
new ipc.Server({ socketFile: '/tmp/x', transcoder: undefined })
new ipc.Client({ socketFile: '/tmp/x', transcoder: binary })
new ipc.Client({ socketFile: '/tmp/x', retryDelay: 100, reconnectDelay: 100 })
new ipc.Client({ socketFile: '/tmp/x', retryDelay: { min: 1, max: 2 }, reconnectDelay: { min: 1 } })

// @ts-expect-error: options are required
new ipc.Server()
// @ts-expect-error: the socketFile is required
new ipc.Client({})
// @ts-expect-error: a path, not a port
new ipc.Client({ socketFile: 8000 })
// @ts-expect-error: servers do not retry
new ipc.Server({ socketFile: '/tmp/x', retryDelay: 100 })
// @ts-expect-error: milliseconds, not text
new ipc.Client({ socketFile: '/tmp/x', retryDelay: '100' })
// @ts-expect-error: a transcoder has a decoder, too
new ipc.Server({ socketFile: '/tmp/x', transcoder: { createEncoder: transcoder.createEncoder } })
// @ts-expect-error: no such encoding
new ipc.Server({ socketFile: '/tmp/x', transcoder: { ...transcoder, socketEncoding: 'utf9' } })

// A server.

const server = new ipc.Server({ socketFile: '/tmp/x' })
server
  .on('listening', () => {})
  .on('connection', (clientId, socket) => {
    equal.is<equal.Equal<typeof clientId, string>>()
    equal.is<equal.Equal<typeof socket, ipc.Socket>>()
    socket.setTimeout(1000).on('timeout', () => socket.destroy())
  })
  .on('message', (message, topic, clientId) => {
    equal.is<equal.Equal<typeof topic, string>>()
    server.send(topic, message, clientId)
  })
  .on('message.hello', (message: { name: string }, clientId) => server.send('hello', message.name, clientId))
  .once('message.bye', function (message, clientId) {
    equal.is<equal.Equal<typeof this, ipc.Server>>()
    equal.is<equal.Equal<typeof clientId, string>>()
  })
  .on('error', (error, clientId) => {
    equal.is<equal.Equal<typeof clientId, string | undefined>>()
    if (error instanceof ipc.BadClientError) return error.clientId
    if (error instanceof ipc.SendError) return error.sentTopic
    if (error instanceof ipc.DecodeError) return error.rawData
    return error.code
  })
  .on('closed', () => {})
  .prependListener('close', () => {})
  .addListener('something else', (...args) => console.log(args))
server.listen()
server.broadcast('news', { at: 1 })
server.broadcast('tick')
server.close()
const emitter: events.EventEmitter = server
const listener: net.Server | undefined = server._server
const first: string | undefined = [...server._sockets.values()][0]
const socket: net.Socket | undefined = server._clientLookup.get('id')
server.off('message', console.log)

// @ts-expect-error: whom to?
server.send('topic', 'message')
// @ts-expect-error: a server does not connect
server.connect()
// @ts-expect-error: not for programs
ipc.Emitter

// A client.

const client = new ipc.Client({ socketFile: '/tmp/x' })
client
  .on('connect', (socket) => equal.is<equal.Equal<typeof socket, ipc.Socket>>())
  .on('reconnect', (socket) => socket.bytesRead)
  .on('connectError', (error) => error.code === 'ENOENT' && client.close())
  .on('disconnect', () => {})
  .on('message', (message, topic) => console.log(topic, message))
  .on('message.hello', (message: string) => message.length)
  .on('error', (error) => error.message)
  .once('close', () => {})
client.connect()
client.send('hello', { name: 'ada' })
client.send('tick')
client.close()
const held: net.Socket | null = client._socket
const path: string = client._socketFile

// @ts-expect-error: a client has one server
client.broadcast('news')

// Errors.

const bad = new ipc.BadClientError('text', 'message', 'topic', 'id')
const send: ipc.SendError = bad
const code: string = new ipc.DecodeError('text', 'raw').code
const encode = new ipc.EncodeError('text', { topic: 'topic', message: 'message' })
equal.is<equal.Equal<typeof ipc.MessageError, undefined>>()

class Named extends ipc.Client {
  name = 'ada'
}
new Named({ socketFile: '/tmp/x' }).on('connect', function () {
  return this.name
})

void [emitter, listener, first, socket, held, path, send, code, encode]
