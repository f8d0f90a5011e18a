'use strict'

// A client of start-server.js, which may be started before or after it: sends four messages, then takes its leave.
//
//   node start-client.js [socket file]

const os = require('node:os')
const path = require('node:path')
const SocketModel = require('napi-ipc/socket-model')

const socketFile = process.argv[2] ?? path.join(os.tmpdir(), 'socket-model-example.sock')

// Looks every half second whether there is a server, instead of every five.
const client = SocketModel.createClient({ socketFile, retryInterval: 500 })

client.onMessage((wrapper) => {
  console.log(' <<< server message:', wrapper.message)
})

client.start()

let count = 0
const interval = setInterval(() => {
  // Nothing is kept for later: without a connection it is not sent, and undefined is returned.
  const wrapper = client.send({ clientTime: new Date(), count: count + 1 })
  if (wrapper === undefined) return
  count++
  console.log(' >>> sent', wrapper.mid)
  if (count === 4) {
    clearInterval(interval)
    client.stop('this is the last message you will get from me for a while')
  }
}, 200)
