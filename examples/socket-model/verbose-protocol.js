'use strict'

// A protocol of commands and answers, on readers and writers of its own: every line is signed, and a line that is not is
// dropped before it is parsed. Run without arguments it is the server, and starts itself once more as the client.

const { fork } = require('node:child_process')
const { createHmac, randomBytes, timingSafeEqual } = require('node:crypto')
const fs = require('node:fs')
const os = require('node:os')
const path = require('node:path')
const SocketModel = require('napi-ipc/socket-model')
const MessageReader = require('napi-ipc/socket-model/lib/MessageReader')
const MessageWriter = require('napi-ipc/socket-model/lib/MessageWriter')

const log = { debug() {}, info() {}, warn: console.warn, error: console.error }

const sign = (key, text) => createHmac('sha256', key).update(text).digest('hex')

/** Lets through what is signed with the key. */
class SignedReader extends MessageReader {
  constructor(options) {
    super(options)
    const { lineHandler } = this
    this.lineHandler = (line, socket) => {
      const [signature, text] = [line.slice(0, 64), line.slice(64)]
      const expected = sign(options.key, text)
      if (signature.length === 64 && timingSafeEqual(Buffer.from(signature), Buffer.from(expected))) {
        lineHandler(text, socket)
      } else {
        console.log('dropped:', line)
      }
    }
  }
}

/** Signs what it sends with the key. */
class SignedWriter extends MessageWriter {
  constructor(options) {
    super(options)
    this.send = (message, socket) => {
      if (!socket || !socket.writable) return undefined
      const wrapper = this.wrapMessage(message)
      const text = JSON.stringify(wrapper)
      socket.write(`${sign(options.key, text)}${text}\n`)
      return wrapper
    }
  }
}

const signed = (key) => ({
  log,
  reader: new SignedReader({ log, key }),
  writer: new SignedWriter({ log, key })
})

const COMMANDS = {
  add: ({ a, b }) => a + b,
  time: () => new Date().toISOString()
}

function serve() {
  const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'ipc-'))
  const socketFile = path.join(directory, 'verbose.sock')
  const key = randomBytes(16).toString('hex')
  const server = SocketModel.createServer({ socketFile, ...signed(key) })

  server.onMessage(({ mid, message: { command, args } }, socket) => {
    const known = Object.hasOwn(COMMANDS, command)
    const answer = known ? { result: COMMANDS[command](args) } : { error: `no command ${command}` }
    console.log('server:', command, args ?? '', answer)
    server.getWriter().send({ answers: mid, ...answer }, socket)
  })
  server.onClientConnection((socket) => {
    socket.on('close', () => {
      server.stop()
      fs.rmSync(directory, { recursive: true })
    })
  })
  server.start()
  // In the environment, because everybody on the machine can see the arguments of a process.
  fork(__filename, [socketFile], { env: { ...process.env, EXAMPLE_KEY: key } })
}

function connect(socketFile) {
  const client = SocketModel.createClient({ socketFile, ...signed(process.env.EXAMPLE_KEY) })
  const waiting = new Map()

  client.onMessage(({ message: { answers, result, error } }) => {
    waiting.get(answers)?.(error ?? result)
    waiting.delete(answers)
  })

  // What `send` returns has the id under which the answer will come.
  const ask = (command, args) =>
    new Promise((resolve) => waiting.set(client.send({ command, args }).mid, resolve))

  client.start()
  Promise.all([ask('add', { a: 1, b: 2 }), ask('time'), ask('fly')]).then((answers) => {
    console.log('client:', answers)
    client.stop()
  })
}

const [socketFile] = process.argv.slice(2)
if (socketFile) connect(socketFile)
else serve()
