// napi-ipc/nssocket, as an ES module sees it.

import nssocket, { NsSocket, createServer, type NsSocketOptions, type Retry } from 'napi-ipc/nssocket'
import { is, type Equal } from './equal.js'

is<Equal<typeof nssocket.NsSocket, typeof NsSocket>>()
is<Equal<typeof nssocket.createServer, typeof createServer>>()

const options: NsSocketOptions = { reconnect: true }
const socket: NsSocket = new NsSocket(options)
is<Equal<typeof socket.retry, Retry>>()
socket.data(['a', '*'], (payload) => console.log(payload))

class Named extends NsSocket {
  readonly name = 'me'
}
is<Equal<Named['name'], 'me'>>()

const server = createServer((accepted) => accepted.data('a', () => accepted.end()))
server.listen('/tmp/s')

// @ts-expect-error: the module has no such function
nssocket.connect(8000)
