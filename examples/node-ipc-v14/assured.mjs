// The guarded parser, and nothing left to chance: only events that are listed, only a directory of this user's own, and
// over a network only with certificates on both sides.

import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { IPCModule } from 'napi-ipc/node-ipc/v14'

const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'ipc-'))

function instance(allowedEvents) {
  const ipc = new IPCModule()
  Object.assign(ipc.config, {
    id: 'vault',
    silent: true,
    parser: 'assured',
    allowedEvents,
    // The service is found directly in here; it must be this user's, and nobody else may look into it.
    socketRoot: `${directory}/`
  })
  return ipc
}

/** What `attempt` throws. */
function refusal(attempt) {
  try {
    attempt()
    return 'nothing'
  } catch (error) {
    return error.code ?? error.name
  }
}

const vault = instance(['open', 'opened'])
const elsewhere = instance(['open'])
elsewhere.serve(path.join(os.tmpdir(), 'elsewhere'))
console.log(
  'a path outside of the root:',
  refusal(() => elsewhere.server.start())
)
elsewhere.serveNet('127.0.0.1', 8000)
console.log(
  'a network without TLS:',
  refusal(() => elsewhere.server.start())
)
console.log(
  'no list of events:',
  refusal(() => instance(false).serve())
)

vault.serve(() => {
  const user = instance(['open', 'opened', 'burgle'])
  // Whoever is cut off would come back otherwise.
  user.config.maxRetries = 0
  user.connectTo('vault', () => {
    const door = user.of.vault
    console.log(
      'user: an event nobody has listed:',
      refusal(() => door.emit('paint'))
    )
    door.on('opened', (what) => {
      console.log('user: has opened', what)
      // The user's list has it, the one of the vault has not: that is the end of the connection.
      door.emit('burgle')
    })
    door.on('destroy', () => {
      console.log('user: cut off')
      vault.server.stop()
      fs.rmSync(directory, { recursive: true })
    })
    door.emit('open', 'the vault')
  })
})
vault.server.on('open', (what, socket) => vault.server.emit(socket, 'opened', what))
vault.server.on('error', (error) => console.log('vault:', error.code))
vault.server.start()
