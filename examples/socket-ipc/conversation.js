'use strict'

// A server says hello to everybody, everybody answers, and one of them is answered again.
// Run without arguments it is the server, and starts itself once more for each client.

const { fork } = require('node:child_process')
const fs = require('node:fs')
const os = require('node:os')
const path = require('node:path')
const { Server, Client } = require('napi-ipc/socket-ipc')

const NAMES = ['bob', 'charlie']

function serve() {
  const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'ipc-'))
  const socketFile = path.join(directory, 'socket')
  const server = new Server({ socketFile })
  let present = 0
  let farewells = 0

  server.on('listening', () => {
    console.log('server: listening')
    for (const name of NAMES) fork(__filename, [socketFile, name])
  })
  server.on('connection', () => {
    present++
    // Encoded once, however many clients there are.
    if (present === NAMES.length) server.broadcast('hello', 'hello, everybody')
  })
  server.on('message', (message, topic) => console.log('server: got', topic, message))
  // Every client has an id, by which it can be talked to.
  server.on('message.helloback', ({ name, original }, clientId) => {
    if (name === 'charlie') server.send('helloagain', { name, original }, clientId)
  })
  server.on('message.goodbye', () => {
    farewells++
    if (farewells === NAMES.length) server.close()
  })
  server.on('close', () => {
    console.log('server: closed')
    fs.rmSync(directory, { recursive: true })
  })
  server.listen()
}

function connect(socketFile, name) {
  const client = new Client({ socketFile })

  client.on('message', (message, topic) => console.log(`${name}: got`, topic, message))
  client.on('message.hello', (original) => {
    client.send('helloback', { name, original })
    if (name !== 'charlie') leave()
  })
  client.on('message.helloagain', leave)
  client.on('close', () => console.log(`${name}: closed`))
  client.connect()

  function leave() {
    client.send('goodbye', name)
    // What was sent before still arrives.
    client.close()
  }
}

const [socketFile, name] = process.argv.slice(2)
if (socketFile) connect(socketFile, name)
else serve()
