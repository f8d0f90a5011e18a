'use strict'

// Messages wait for the server: the client sends before there is one.

const { Server, Client } = require('napi-ipc/ipcio')

const domain = `example-${process.pid}`
const database = { query: async ({ what }) => `rows of ${what}` }

const producer = new Client(
  { name: 'producer', domain },
  {
    databaseResponse: async ({ data }) => {
      console.log('client: got', data)
      if (data !== 'rows of invoices') return
      await producer.close()
      await server.close()
    }
  }
)
const server = new Server({ domain })

server.addHandlers({
  databaseRequest: async ({ data, name }) => {
    server.emit(name, 'databaseResponse', await database.query(data))
  }
})

producer.connect().then(() => console.log('client: connected'))
producer.send('databaseRequest', { what: 'orders' })
producer
  .send('databaseRequest', { what: 'invoices' })
  .then(() => console.log('client: all requests have left'))
console.log('client: two requests are waiting')

setTimeout(() => {
  console.log('server: starts')
  server.start()
}, 500)
