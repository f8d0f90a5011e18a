'use strict'

// One conversation in each dialect, from listening to closed: what the projects in these folders do with it. A `converse` gets
// the module and a path, and resolves to the answer of the server; `fail` resolves to the error of a client without a server.

const GREETING = { name: 'ada', list: [1, { deep: true }], text: 'grüße 🐢' }

const instance = (ipc, id) => {
  const one = new ipc.IPC()
  Object.assign(one.config, { id, silent: true, retry: 50, maxRetries: 0, stopRetrying: true })
  return one
}

const nodeIpc = {
  converse(ipc, place) {
    const [world, hello] = [instance(ipc, 'world'), instance(ipc, 'hello')]
    return new Promise((resolve) => {
      world.serve(place, () => {
        world.server.on('greeting', (data, socket) => world.server.emit(socket, 'answer', data))
        hello.connectTo('world', place, () => {
          hello.of.world.on('connect', () => hello.of.world.emit('greeting', GREETING))
          hello.of.world.on('answer', (data) => {
            hello.disconnect('world')
            world.server.stop()
            resolve(data)
          })
        })
      })
      world.server.start()
    })
  },
  fail(ipc, place) {
    const hello = instance(ipc, 'hello')
    return new Promise((resolve) => {
      hello.connectTo('world', place, () => {
        hello.of.world.on('error', (error) => {
          hello.disconnect('world')
          resolve(error)
        })
      })
    })
  }
}

const nodeIpcV14 = {
  converse: (module, place) => nodeIpc.converse(module.default, place),
  fail: (module, place) => nodeIpc.fail(module.default, place)
}

const nssocket = {
  converse({ NsSocket, createServer }, place) {
    return new Promise((resolve) => {
      const server = createServer((socket) => {
        socket.data(['greeting'], (data) => socket.send(['answer'], data))
      })
      server.listen(place, () => {
        const socket = new NsSocket()
        let answer
        socket.data(['answer'], (data) => {
          answer = data
          socket.end()
        })
        socket.on('close', () => server.close(() => resolve(answer)))
        socket.connect(place, () => socket.send(['greeting'], GREETING))
      })
    })
  },
  fail({ NsSocket }, place) {
    return new Promise((resolve) => {
      const socket = new NsSocket()
      socket.on('error', resolve)
      socket.connect(place)
    })
  }
}

const ipcio = {
  // Its paths are its own; the name of the place makes a domain nobody else has.
  async converse({ Server, Client }, place) {
    const domain = place.replace(/\W/g, '-').slice(-40)
    const server = new Server({ domain }, { greeting: ({ name, data }) => server.emit(name, 'answer', data) })
    server.start()
    let answered
    const answer = new Promise((resolve) => (answered = resolve))
    const client = new Client({ domain, name: 'ada' }, { answer: ({ data }) => answered(data) })
    await client.connect()
    await client.send('greeting', GREETING)
    const data = await answer
    await client.close()
    await server.close()
    return data
  },
  async fail({ Client }, place) {
    const client = new Client({ domain: place.replace(/\W/g, '-').slice(-40), name: 'ada' })
    const failed = client.connect().catch((error) => error)
    await client.close()
    return failed
  }
}

const socketIpc = {
  converse({ Server, Client }, socketFile) {
    const [server, client] = [new Server({ socketFile }), new Client({ socketFile })]
    return new Promise((resolve) => {
      let answer
      server.on('message.greeting', (data, id) => server.send('answer', data, id))
      server.on('listening', () => client.connect())
      server.on('close', () => resolve(answer))
      client.on('connect', () => client.send('greeting', GREETING))
      client.on('message.answer', (data) => {
        answer = data
        client.close()
      })
      client.on('close', () => server.close())
      server.listen()
    })
  },
  fail({ Client }, socketFile) {
    return new Promise((resolve) => {
      const client = new Client({ socketFile })
      client.on('error', resolve)
      client.send('greeting', GREETING)
    })
  }
}

const SILENT = Object.fromEntries(['debug', 'info', 'warn', 'error'].map((level) => [level, () => {}]))

const socketModel = {
  converse({ createServer, createClient }, socketFile) {
    const options = { socketFile, log: SILENT, retryInterval: 50 }
    const [server, client] = [createServer(options), createClient(options)]
    return new Promise((resolve) => {
      server.onMessage(({ message }) => server.broadcast(message))
      server.onClientConnection((socket) => server.getWriter().send('welcome', socket))
      client.onMessage(({ message }) => {
        if (message === 'welcome') return client.send(GREETING)
        if (message?.name !== GREETING.name) return undefined
        client.stop()
        server.stop()
        return resolve(message)
      })
      server.start()
      client.start()
    })
  }
}

/** By the name they are required under. */
module.exports = {
  GREETING,
  DIALECTS: {
    'napi-ipc/node-ipc': nodeIpc,
    'napi-ipc/node-ipc/v14': nodeIpcV14,
    'napi-ipc/nssocket': nssocket,
    'napi-ipc/ipcio': ipcio,
    'napi-ipc/socket-ipc': socketIpc,
    'napi-ipc/socket-model': socketModel
  }
}
