// napi-ipc/socket-ipc, as an ES module sees it.

import ipc, {
  BadClientError,
  Client,
  DecodeError,
  EncodeError,
  MessageError,
  NoServerError,
  SendAfterCloseError,
  SendError,
  Server,
  type ClientOptions,
  type Decoder,
  type DelayRange,
  type Encoder,
  type MessageWrapper,
  type ServerOptions,
  type Socket,
  type Transcoder
} from 'napi-ipc/socket-ipc'
import { socketIpc } from 'napi-ipc'
import { is, type Equal } from './equal.js'

is<Equal<typeof ipc.Server, typeof Server>>()
is<Equal<typeof ipc.Client, typeof Client>>()
is<Equal<typeof socketIpc.Server, typeof Server>>()
is<Equal<typeof MessageError, undefined>>()

const delay: DelayRange = { min: 10 }
const encoder: Encoder = ({ topic }, callback) => callback(null, topic)
const decoder: Decoder = (chunk, callback) => callback(null, [chunk as MessageWrapper<string>])
const transcoder: Transcoder = { createEncoder: () => encoder, createDecoder: () => decoder }
const options: ServerOptions & ClientOptions = { socketFile: '/tmp/x', transcoder, retryDelay: delay }

const server: Server = new Server(options)
const client: Client = new Client(options)
const socket: Socket | null = client._socket
server.on('error', (error) => {
  for (const Class of [SendError, EncodeError, SendAfterCloseError, NoServerError, BadClientError]) {
    if (error instanceof Class) console.log(error.sentMessage)
  }
  if (error instanceof DecodeError) is<Equal<typeof error.clientId, string | undefined>>()
})

// @ts-expect-error: a class, not a function
Server(options)

void socket
