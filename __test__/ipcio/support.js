'use strict'

const fs = require('node:fs')
const net = require('node:net')
const { randomUUID } = require('node:crypto')
const { subject } = require('../common/subject')
const { deadline } = require('../common/deadline')
const { Recorder } = require('../common/events')
const { ROOT, encode } = require('./reference-peer')

const { Server, Client } = subject('ipcio')

/** The name of a domain nobody else has; nothing of it is left when the test is over. */
function domainOf(t) {
  const domain = `nit-${randomUUID().slice(0, 13)}`
  t.teardown(() => {
    for (const file of files(domain)) fs.rmSync(`/tmp/${file}`, { recursive: true, force: true })
  })
  return domain
}

/** The files a domain has now; pipes are none. */
function files(domain) {
  if (process.platform === 'win32') return []
  return fs.readdirSync('/tmp').filter((file) => file.startsWith(`IPC.io.${domain}`))
}

/** A server that is closed when the test is over. Its troubles are recorded, not printed. */
function server(t, options, handlers) {
  const troubles = []
  const made = new Server({ onError: (error) => troubles.push(error), ...options }, handlers)
  t.teardown(() => made.close?.())
  return Object.assign(made, { troubles })
}

/** A client that is closed when the test is over. */
function client(t, options, handlers) {
  const made = new Client(options, handlers)
  t.teardown(() => made.close?.())
  return made
}

/** The same, once it is connected. */
async function connected(t, options, handlers) {
  const made = client(t, options, handlers)
  await deadline(made.connect(), 'the client to be connected')
  return made
}

/** Handlers that record what comes: `[command, data]`. */
function recording(...commands) {
  const log = new Recorder()
  const handlers = {}
  for (const command of commands) handlers[command] = ({ data }) => log.add(command, data)
  return { log, handlers }
}

/** A peer made of sockets alone: sees the bytes, sends any. */
class Wire {
  #received = ''
  #looks = new Set()
  closed = false

  constructor(t, socket) {
    this.socket = socket
    t.teardown(() => socket.destroy())
    socket.setEncoding('utf8')
    socket.on('error', () => {})
    socket.on('close', () => this.#look((this.closed = true)))
    socket.on('data', (text) => this.#look((this.#received += text)))
  }

  static connect(t, path) {
    const socket = net.connect(path)
    const wire = new Wire(t, socket)
    const open = new Promise((resolve, reject) =>
      socket.once('connect', () => resolve(wire)).once('error', reject)
    )
    return deadline(open, `a connection to ${path}`)
  }

  #look() {
    for (const look of this.#looks) look()
  }

  until(wanted, what) {
    let look
    const reached = new Promise((resolve) => {
      look = () => wanted(this.#received, this) && resolve()
      this.#looks.add(look)
      look()
    })
    return deadline(reached, what).finally(() => this.#looks.delete(look))
  }

  /** What came, once it is as long as `text`. */
  async bytes(text) {
    await this.until((received) => received.length >= text.length, `${text.length} characters`).catch(
      (error) => {
        throw new Error(`${error.message}; came: ${this.#received}`)
      }
    )
    return this.take()
  }

  take() {
    const received = this.#received
    this.#received = ''
    return received
  }

  /** The first whole message. */
  async message() {
    await this.until((received) => received.endsWith('}'), 'a message')
    return JSON.parse(this.take())
  }

  write(bytes) {
    return new Promise((resolve) => this.socket.write(bytes, resolve))
  }

  gone() {
    return this.until((received, { closed }) => closed, 'the connection to be closed')
  }
}

/** A client made of sockets alone, after its handshake. */
async function wireClient(t, domain, name) {
  const shared = await Wire.connect(t, ROOT + domain)
  await shared.write(encode('handshake', name))
  const answer = await shared.message()
  const socket = await Wire.connect(t, `${ROOT}${domain}.${answer.data}`)
  return { shared, socket, uuid: answer.data, answer }
}

/** A server made of sockets alone. `accepted()` gives the next client, after its handshake. */
async function wireServer(t, domain, uuid = 'f'.repeat(32)) {
  const waiting = []
  const came = new Recorder()
  const listener = net.createServer((socket) => {
    waiting.push(new Wire(t, socket))
    came.add('one')
  })
  await new Promise((resolve) => listener.listen(ROOT + domain, resolve))
  t.teardown(() => listener.close())
  let count = 0
  return {
    async accepted() {
      await came.seen('one', ++count)
      const shared = waiting[count - 1]
      const handshake = await shared.message()
      const inner = net.createServer()
      const arrival = new Promise((resolve) => inner.once('connection', resolve))
      await new Promise((resolve) => inner.listen(`${ROOT}${domain}.${uuid}`, resolve))
      await shared.write(encode('handshake', uuid, null, handshake.data))
      const socket = new Wire(t, await deadline(arrival, 'the client at its private socket'))
      inner.close()
      return { shared, socket, handshake }
    }
  }
}

module.exports = {
  ROOT,
  Server,
  Client,
  Wire,
  client,
  connected,
  domainOf,
  encode,
  files,
  recording,
  server,
  wireClient,
  wireServer
}
