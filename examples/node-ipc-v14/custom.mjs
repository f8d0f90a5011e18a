// A protocol of the program's own: a parser is an object, or a class made for each client and server, that has `encode`
// and `read`. Here a message is a line, `type data`, so that one can talk to the server with netcat.

import fs from 'node:fs'
import net from 'node:net'
import os from 'node:os'
import path from 'node:path'
import { IPCModule } from 'napi-ipc/node-ipc/v14'

class Lines {
  /** In which form `read` gets what was received. */
  encoding = 'utf8'

  encode(type, data = '') {
    return `${type} ${data}\n`
  }

  /** Passes the messages in a chunk on; what is returned comes back with the next one. */
  read(remainder, chunk, receive) {
    const lines = (remainder + chunk).split('\n')
    const rest = lines.pop()
    for (const line of lines) {
      const [type, ...words] = line.split(' ')
      receive({ type, data: words.join(' ') })
    }
    return rest
  }
}

const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'ipc-'))
const place = path.join(directory, 'lines')

function instance() {
  const ipc = new IPCModule()
  Object.assign(ipc.config, { silent: true, parser: Lines })
  return ipc
}

const service = instance()
service.serve(place, () => {
  const user = instance()
  user.connectTo('service', place, () => {
    const line = user.of.service
    line.emit('shout', 'hello there')
    line.on('echo', (text) => {
      console.log('client:', text)
      user.disconnect('service')
      askWithNet()
    })
  })
})
service.server.on('shout', (text, socket) => service.server.emit(socket, 'echo', text.toUpperCase()))
service.server.start()

function askWithNet() {
  const socket = net.connect(place, () => socket.write('shout as if by netcat\n'))
  socket.on('data', (bytes) => {
    process.stdout.write(`net client: ${bytes}`)
    socket.end()
    service.server.stop()
    fs.rmSync(directory, { recursive: true })
  })
}
