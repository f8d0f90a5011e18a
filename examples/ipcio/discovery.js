'use strict'

// Who is there, and what the server can do; then a message to each of the others, and one to all of them.

const { Server, Client } = require('napi-ipc/ipcio')

const domain = `example-${process.pid}`

async function main() {
  const server = new Server({ domain }, { login() {}, logout() {} })
  server.start()

  const clients = []
  for (const name of ['ada', 'grace', 'linus']) {
    const client = new Client(
      { name, domain },
      {
        greeting: ({ data }) => console.log(`${name}: ${data}`),
        news: ({ data }) => `${name} has read "${data}"`
      }
    )
    await client.connect()
    clients.push(client)
  }
  const [ada] = clients

  const found = await ada.discover()
  console.log(
    `clients: ${found.clients.join(', ')}; the server handles: ${found.command_handlers.join(', ')}`
  )

  await ada.broadcast('greeting', 'hello, everybody')
  for (const name of found.clients) {
    if (name !== 'ada') console.log(await ada.deliver(name, 'news', 'the domain is up'))
  }

  await Promise.all(clients.map((client) => client.close()))
  await server.close()
}

main()
