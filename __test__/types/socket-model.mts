// napi-ipc/socket-model, as an ES module sees it.

import SocketModel, {
  createClient,
  createServer,
  type ClientOptions,
  type Log,
  type SocketClient,
  type SocketServer,
  type Wrapper
} from 'napi-ipc/socket-model'
import MessageWriter from 'napi-ipc/socket-model/lib/MessageWriter.js'
import { is, type Equal } from './equal.js'

is<Equal<typeof createServer, typeof SocketModel.createServer>>()

const log: Log = { debug() {}, info() {}, warn() {}, error() {} }
const options: ClientOptions = { socketFile: '/tmp/test.sock', log }
const client: SocketClient = createClient(options)
const server: SocketServer = createServer({ writer: new MessageWriter({ log }) })
const sent: Wrapper<number> | undefined = client.send(1)
server.on('client', (socket) => console.log(socket.id, sent?.ts))

// @ts-expect-error: clients do not broadcast
client.broadcast('news')
