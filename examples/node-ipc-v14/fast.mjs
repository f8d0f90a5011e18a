// The parser there is if nothing else is said: JSON, for peers that one trusts.

import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import ipc from 'napi-ipc/node-ipc/v14'

const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'ipc-'))
const place = path.join(directory, 'clock')

ipc.config.silent = true

ipc.serve(place, () => {
  console.log('server: listening, with the parser', ipc.config.parser)
  ask()
})
ipc.server.on('what time is it?', (zone, socket) => {
  // Whether to go on sending, as the write of a stream says.
  const flowing = ipc.server.emit(socket, 'time', { zone, hour: 12 })
  console.log('server: answered, may go on:', flowing)
})
ipc.server.on('close', () => {
  ipc.server.stop()
  fs.rmSync(directory, { recursive: true })
})
ipc.server.start()

function ask() {
  ipc.connectTo('clock', place, () => {
    const { clock } = ipc.of
    clock.on('connect', () => clock.emit('what time is it?', 'UTC'))
    clock.on('time', ({ zone, hour }) => {
      console.log(`client: it is ${hour} in ${zone}`)
      ipc.disconnect('clock')
    })
  })
}
