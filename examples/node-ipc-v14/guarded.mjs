// A server for peers that one does not trust: what is out of bounds never reaches a handler, and whoever sends it is
// cut off. The others do not notice.

import fs from 'node:fs'
import net from 'node:net'
import os from 'node:os'
import path from 'node:path'
import { IPCModule, IPCProtocolError } from 'napi-ipc/node-ipc/v14'

const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'ipc-'))
const place = path.join(directory, 'guarded')

const service = new IPCModule()
Object.assign(service.config, {
  silent: true,
  parser: 'guarded',
  maxMessageSize: 1000,
  maxEventNameLength: 20,
  messageTimeout: 200
})

// What an attacker may try, each on a connection of its own.
const ATTACKS = {
  'a message that is too large': JSON.stringify({ type: 'm', data: 'x'.repeat(1000) }) + '\f',
  'a message that has no end': '{"type":"m","da',
  'no JSON': 'hello\f',
  'no message': '[1, 2]\f',
  'a name that is too long': JSON.stringify({ type: 'x'.repeat(21) }) + '\f',
  'the name of an event of the server': '{"type":"disconnect"}\f',
  'a name that every object has': '{"type":"__proto__"}\f'
}

const codes = []
service.serve(place, start)
service.server.on('error', (error) => {
  if (error instanceof IPCProtocolError) codes.push(error.code)
})
service.server.on('greeting', (name, socket) => service.server.emit(socket, 'hello', name))
service.server.start()

async function start() {
  const guest = new IPCModule()
  guest.config.silent = true
  guest.connectTo('service', place)
  const { service: line } = guest.of
  const greeted = (name) =>
    new Promise((resolve) => {
      line.on('hello', resolve, true)
      line.emit('greeting', name)
    })
  console.log('guest: greeted as', await greeted('Ann'))

  for (const [what, bytes] of Object.entries(ATTACKS)) {
    await new Promise((resolve) => {
      const socket = net.connect(place, () => socket.write(bytes))
      socket.on('error', () => {})
      socket.on('close', resolve)
    })
    console.log(`${what}: ${codes.at(-1)}`)
  }

  console.log('guest: still greeted as', await greeted('Ann'))
  guest.disconnect('service')
  service.server.stop()
  fs.rmSync(directory, { recursive: true })
}
