'use strict'

// Handlers that fail, on a server and on a client.

const { options, report } = require('../../common/report')
const { subject } = require('../../common/subject')

const { domain } = options()
const { Server, Client } = subject('ipcio')

process.on('uncaughtException', ({ message }) => report('uncaught', message))
process.on('unhandledRejection', ({ message }) => report('unhandled', message))

const handlers = {
  throws({ data }) {
    throw new Error(`thrown ${data}`)
  },
  async rejects({ data }) {
    throw new Error(`rejected ${data}`)
  },
  works: ({ data }) => report('works', data)
}

async function main() {
  const server = new Server({ domain }, handlers).start()
  const one = new Client({ domain, name: 'one', deliveryTimeout: 2000 }, handlers)
  await one.connect()
  const unanswered = [one.deliver('throws', 1), one.deliver('one', 'rejects', 2)].map((answer) =>
    answer.catch(({ code }) => report('no answer', code))
  )
  one.emit('one', 'throws', 3)
  one.send('works', 4)
  one.emit('one', 'works', 5)
  await one.deliver('none', 1)
  await Promise.all(unanswered)
  await one.close()
  await server.close()
}

main()
