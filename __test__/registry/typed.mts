// A user's program in TypeScript: a conversation in each dialect, by the main package and by the façades, whose types hold it together.

import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import * as main from 'napi-ipc'
import nodeIpc from 'napi-ipc/node-ipc'
import nodeIpc14 from 'napi-ipc/node-ipc/v14'
import * as nssocket from 'napi-ipc/nssocket'
import * as ipcio from 'napi-ipc/ipcio'
import * as socketIpc from 'napi-ipc/socket-ipc'
import * as socketModel from 'napi-ipc/socket-model'
import facadeNodeIpc from 'node-ipc'
import facadeNodeIpc14 from 'node-ipc-14'
import * as facadeNssocket from 'nssocket'
import * as facadeIpcio from 'ipcio'
import * as facadeSocketIpc from '@crussell52/socket-ipc'
import * as facadeSocketModel from 'socket-model'

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'nit-typed-'))
let conversations = 0

/** A place nobody else has. */
function place(): string {
  const name = `${process.pid}-${++conversations}`
  return process.platform === 'win32' ? `\\\\.\\pipe\\nit-typed-${name}` : path.join(folder, name)
}

type Talk<Module> = (module: Module, at: string) => Promise<string>

const talkNodeIpc: Talk<typeof nodeIpc> = ({ IPC }, at) => {
  const [world, hello] = [new IPC(), new IPC()]
  for (const { config } of [world, hello]) Object.assign(config, { id: 'world', silent: true })
  return new Promise((resolve) => {
    world.serve(at, () => {
      world.server.on('greeting', (data: string, socket) => world.server.emit(socket, 'answer', data))
      hello.connectTo('world', at, () => {
        hello.of.world?.on('connect', () => hello.of.world?.emit('greeting', 'hello'))
        hello.of.world?.on('answer', (data: string) => {
          hello.disconnect('world')
          world.server.stop()
          resolve(data)
        })
      })
    })
    world.server.start()
  })
}

const talkNodeIpc14: Talk<typeof nodeIpc14> = ({ IPC }, at) => {
  const [world, hello] = [new IPC(), new IPC()]
  for (const { config } of [world, hello]) Object.assign(config, { id: 'world', silent: true })
  return new Promise((resolve) => {
    world.serve(at, () => {
      world.server.on('greeting', (data: string, socket) => world.server.emit(socket, 'answer', data))
      hello.connectTo('world', at, () => {
        hello.of.world?.on('connect', () => hello.of.world?.emit('greeting', 'hello'))
        hello.of.world?.on('answer', (data: string) => {
          hello.disconnect('world')
          world.server.stop()
          resolve(data)
        })
      })
    })
    world.server.start()
  })
}

const talkNssocket: Talk<typeof nssocket> = ({ NsSocket, createServer }, at) =>
  new Promise((resolve) => {
    const server = createServer((socket) => {
      socket.data(['greeting'], (data: string) => socket.send(['answer'], data))
    })
    server.listen(at, () => {
      const socket = new NsSocket()
      socket.data(['answer'], (data: string) => {
        socket.on('close', () => server.close(() => resolve(data)))
        socket.end()
      })
      socket.connect(at, () => socket.send(['greeting'], 'hello'))
    })
  })

const talkIpcio: Talk<typeof ipcio> = async ({ Server, Client }, at) => {
  const domain = at.replace(/\W/g, '-').slice(-40)
  const server = new Server(
    { domain },
    {
      greeting({ name, data }) {
        server.emit(name, 'answer', data)
      }
    }
  )
  server.start()
  let answered: (data: string) => void = () => {}
  const answer = new Promise<string>((resolve) => (answered = resolve))
  const client = new Client({ domain, name: 'ada' }, { answer: ({ data }) => answered(data) })
  await client.connect()
  await client.send('greeting', 'hello')
  const data = await answer
  await client.close()
  await server.close()
  return data
}

const talkSocketIpc: Talk<typeof socketIpc> = ({ Server, Client }, socketFile) => {
  const [server, client] = [new Server({ socketFile }), new Client({ socketFile })]
  return new Promise((resolve) => {
    server.on('message.greeting', (data: string, id) => server.send('answer', data, id))
    server.on('listening', () => client.connect())
    client.on('connect', () => client.send('greeting', 'hello'))
    client.on('message.answer', (data: string) => {
      server.on('close', () => resolve(data))
      client.on('close', () => server.close())
      client.close()
    })
    server.listen()
  })
}

const quiet = () => {}

const talkSocketModel: Talk<typeof socketModel> = ({ createServer, createClient }, socketFile) => {
  const options = { socketFile, log: { debug: quiet, info: quiet, warn: quiet, error: quiet } }
  const [server, client] = [createServer(options), createClient(options)]
  return new Promise((resolve) => {
    server.onMessage(({ message }) => server.broadcast(message))
    server.onClientConnection((socket) => server.getWriter().send('welcome', socket))
    client.onMessage(({ message }) => {
      if (message === 'welcome') return client.send('hello')
      client.stop()
      server.stop()
      resolve(message)
    })
    server.start()
    client.start()
  })
}

const answers = [
  await talkNodeIpc(nodeIpc, place()),
  await talkNodeIpc(facadeNodeIpc, place()),
  await talkNodeIpc14(nodeIpc14, place()),
  await talkNodeIpc14(facadeNodeIpc14, place()),
  await talkNssocket(nssocket, place()),
  await talkNssocket(facadeNssocket, place()),
  await talkIpcio(ipcio, place()),
  await talkIpcio(facadeIpcio, place()),
  await talkSocketIpc(socketIpc, place()),
  await talkSocketIpc(facadeSocketIpc, place()),
  await talkSocketModel(socketModel, place()),
  await talkSocketModel(facadeSocketModel, place())
]
fs.rmSync(folder, { recursive: true, force: true })
if (answers.some((answer) => answer !== 'hello')) throw new Error(answers.join())
console.log(`${answers.length} typed conversations, napi-ipc ${main.version}`)
