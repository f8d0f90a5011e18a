// napi-ipc/ipcio, as a CommonJS program sees it.

import ipcio = require('napi-ipc/ipcio')
import front = require('napi-ipc')
import equal = require('./equal')

equal.is<equal.Equal<typeof front.ipcio, typeof ipcio>>()

const server = new ipcio.Server(
  {
    verbose: true,
    domain: 'demo',
    encoding: 'utf8',
    falsyAsNull: true,
    echoBroadcast: true,
    exclusive: true,
    maxFrameBytes: 1000,
    maxOutboxBytes: 1000,
    onError: (error) => [error.code, error.client, error.lost]
  },
  {
    hello(container) {
      equal.is<equal.Equal<typeof this, ipcio.Server>>()
      container.socket.writeCommand('back', container.data, (error) => error?.message)
      return container.name
    }
  }
)
server
  .addHandlers({ later: async ({ data }) => data })
  .start()
  .emit('one', 'x', 1)
  .broadcast('y', null, 'one')
const census: ipcio.Census | null = server.census()
const started: boolean = server.isStarted()
new ipcio.Server()
new ipcio.Server({}, null)

const client = new ipcio.Client(
  { name: 'one', deliveryTimeout: 1000 },
  { x: ({ server }) => server === null }
)
client.verbose = true
client
  .connect()
  .then(() => client.send('a'))
  .then(() => client.emit('two', 'b', 1))
  .then(() => client.broadcast('c', {}))
  .then(() => client.discover())
  .then(({ clients, command_handlers }) => clients.concat(command_handlers))
  .then(() => client.deliver<number>('two', 'q', 1))
  .then((result) => equal.is<equal.Equal<typeof result, number>>())
  .then(() => Promise.all([client.deliver('q', 1), client.close(), server.close()]))

// @ts-expect-error: handlers are functions
server.addHandlers({ x: 5 })
// @ts-expect-error: milliseconds
new ipcio.Client({ deliveryTimeout: '1s' })
// @ts-expect-error: a server has no send
server.send('x')

void [census, started]
