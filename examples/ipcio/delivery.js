'use strict'

// A delivery is a request with a result: what the handler returns, or what its promise resolves to. It can go to the
// server or to another client; from client to client it does not pass through the server's JavaScript.

const { Server, Client } = require('napi-ipc/ipcio')

const domain = `example-${process.pid}`

async function main() {
  const server = new Server({ domain }, { time: () => new Date(0).toISOString() })
  server.start()

  const worker = new Client(
    { name: 'worker', domain },
    {
      add: ({ data }) => data.reduce((sum, n) => sum + n, 0),
      slow: ({ data }) => new Promise((resolve) => setTimeout(resolve, 100, `${data}, but late`))
    }
  )
  const asker = new Client({ name: 'asker', domain, deliveryTimeout: 1000 })
  await Promise.all([worker.connect(), asker.connect()])

  console.log('the server says', await asker.deliver('time', {}))
  console.log('the worker says', await asker.deliver('worker', 'add', [1, 2, 3]))
  console.log('the worker says', await asker.deliver('worker', 'slow', 'done'))
  console.log('nobody handles it:', await asker.deliver('worker', 'subtract', [3, 1]))
  await asker.deliver('nobody', 'add', [1]).catch((error) => console.log('nobody is there:', error.code))

  await Promise.all([worker.close(), asker.close(), server.close()])
}

main()
