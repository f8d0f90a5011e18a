// Bytes in place of events: no parser at all.

import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { IPCModule } from 'napi-ipc/node-ipc/v14'

const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'ipc-'))
const place = path.join(directory, 'raw')

/** An instance of its own; `rawBuffer: true` says the same as `parser: 'raw'`. */
function instance() {
  const ipc = new IPCModule()
  Object.assign(ipc.config, { silent: true, parser: 'raw', encoding: 'hex' })
  return ipc
}

const service = instance()
service.serve(place, () => {
  const user = instance()
  user.connectTo('service', place, () => {
    // A string is in the encoding of the config; buffers are bytes as they are.
    user.of.service.emit('ff00')
    user.of.service.emit(Buffer.from([1, 2]))
    let received = 0
    user.of.service.on('data', (chunk) => {
      console.log('client: got', chunk)
      received += chunk.length
      if (received === 4) user.disconnect('service')
    })
  })
})
service.server.on('data', (chunk, socket) => service.server.emit(socket, chunk))
service.server.on('close', () => {
  service.server.stop()
  fs.rmSync(directory, { recursive: true })
})
service.server.start()
