// napi-ipc/socket-model, as a CommonJS program sees it.

import front = require('napi-ipc')
import SocketModel = require('napi-ipc/socket-model')
import SocketServer = require('napi-ipc/socket-model/lib/SocketServer')
import SocketClient = require('napi-ipc/socket-model/lib/SocketClient.js')
import MessageReader = require('napi-ipc/socket-model/lib/MessageReader')
import MessageWriter = require('napi-ipc/socket-model/lib/MessageWriter')
import Model = require('napi-ipc/socket-model/lib/SocketModel')
import net = require('node:net')
import equal = require('./equal')

equal.is<equal.Equal<typeof Model, typeof SocketModel>>()
equal.is<equal.Equal<typeof front.socketModel, typeof SocketModel>>()

// Every option, with a value of each kind it takes.

const log: SocketModel.Log = console
const options: SocketModel.ServerOptions = {
  socketFile: '/tmp/test.sock',
  log,
  separator: '|',
  id: 'a server',
  removeSocketFileOnStart: false,
  sendConnectMessage: true,
  reader: new MessageReader({ log }),
  writer: new MessageWriter({ log, separator: '|' })
}
const clientOptions: SocketModel.ClientOptions = {
  socketFile: '/tmp/test.sock',
  log,
  separator: '|',
  sendWelcomeMessage: true,
  reconnect: false,
  retryInterval: 100
}

SocketModel.createServer()
SocketModel.createServer(null)
// @ts-expect-error: a client needs a path
SocketModel.createClient({})
// @ts-expect-error: milliseconds, not text
SocketModel.createClient({ socketFile: '/tmp/test.sock', retryInterval: '5 s' })
// @ts-expect-error: no such option
SocketModel.createServer({ unlink: true })
// @ts-expect-error: a log has more than that
SocketModel.createServer({ log: { info() {} } })

// A server.

const server = SocketModel.createServer(options)
equal.is<equal.Equal<typeof server, SocketModel.SocketServer>>()
server.start()
server.onMessage((wrapper, socket) => server.getWriter().send(wrapper.message, socket))
server.onMessage((wrapper) => wrapper.mid)
server.onClientConnection((socket) => socket.id)
server
  .on('client', (socket) => equal.is<equal.Equal<typeof socket, SocketModel.Socket>>())
  .once('error', (error) => error.code)
const clients: SocketModel.Socket[] = server.getClients()
const all: SocketModel.Wrapper<string> | undefined = server.broadcast('news')
const some = server.broadcast({ at: 1 }, new Set(clients))
equal.is<equal.Equal<typeof some, SocketModel.Wrapper<{ at: number }> | undefined>>()
server.createdCallback(new net.Socket())
const read: number = server.getReader().getMessageCount()
const { removeSocketFileOnStart } = server.__protected()
server.stop()

// @ts-expect-error: recipients are sockets in something with forEach
server.broadcast('news', 1)

// A client.

const client = SocketModel.createClient(clientOptions)
const { send, stop } = client
client.start()
const sent = send({ a: 1 })
if (sent) equal.is<equal.Equal<typeof sent.message, { a: number }>>()
client.onMessage((wrapper: SocketModel.Wrapper<string>) => wrapper.message.length)
client.endHandler = () => stop('bye')
client.getReader().on('message', (message, socket) => socket.destroy(message))
const { reconnect } = client.__protected()
stop()

// Readers and writers of one's own.

class Reader extends MessageReader {
  secret = 1
}
class Shouting implements SocketModel.Writer {
  wrapMessage(message: any) {
    return { shout: message }
  }
  send(message: string, socket: SocketModel.Socket | null) {
    socket?.write(JSON.stringify(this.wrapMessage(message.toUpperCase())) + '\n')
    return message
  }
}
const own = SocketModel.createServer({ reader: new Reader({ log }), writer: new Shouting() })
const secret: number = own.getReader().secret
equal.is<equal.Equal<ReturnType<typeof own.getWriter>, Shouting>>()

// @ts-expect-error: no reader
SocketModel.createServer({ reader: {} })

// The classes.

const direct = new SocketServer({
  socketFile: '/tmp/test.sock',
  log,
  reader: new MessageReader({ log }),
  writer: new MessageWriter({ log })
})
equal.is<equal.Equal<typeof direct, SocketModel.SocketServer>>()
const other: SocketClient = SocketModel.createClient({ socketFile: '/tmp/test.sock' })
// @ts-expect-error: it does not fill in anything
new SocketClient({ socketFile: '/tmp/test.sock' })

void [all, read, removeSocketFileOnStart, reconnect, secret, other]
