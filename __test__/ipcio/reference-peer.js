'use strict'

// A small peer made of node:net, from the wire tables of ipcio 0.6.2, which is not on npm any more: sockets, handshake
// and frames as the original has them, one write a message, and its way to read a chunk. In one thing it is kinder: what
// does not parse is kept for the next chunk, where the original loses it. It is no drop-in: no retries, no queues.

const fs = require('node:fs')
const net = require('node:net')
const { randomUUID } = require('node:crypto')
const { EventEmitter } = require('node:events')

/** Where the sockets of a domain are. */
const ROOT = process.platform === 'win32' ? '\\\\.\\pipe\\IPC.io.' : '/tmp/IPC.io.'

const newId = () => randomUUID().replaceAll('-', '')
const text = (value) => (value === null || value === undefined ? null : value.toString())

const encode = (command, data, delivery = null, id = null) =>
  JSON.stringify({ id: text(id), command: text(command), data, delivery })

function parse(text) {
  try {
    return JSON.parse(`[${text.replace(/[\r\n]/g, '').replace(/\}\{/g, '},{')}]`)
  } catch {
    return null
  }
}

/** Calls back for each message that comes on a socket. */
function read(socket, message) {
  let rest = ''
  socket.setEncoding('utf8')
  socket.on('data', (chunk) => {
    let text = rest + chunk
    rest = ''
    if (!text.endsWith('}')) {
      // Cut within a message, which begins like this and nothing within it does.
      const cut = text.lastIndexOf('}{"id":') + 1
      rest = text.slice(cut)
      text = text.slice(0, cut)
    }
    const entries = parse(text)
    if (entries === null) {
      rest = text + rest
      return
    }
    for (const { id, command, data, delivery } of entries) {
      message({ id: id || null, command: command || null, data: data || null, delivery: delivery || null })
    }
  })
  socket.on('error', () => {})
}

/** Events: every command a client sends to the server, as `(data, name, socket)`; the listener's result is the answer. */
class ReferenceServer extends EventEmitter {
  path
  #listener
  #sockets = new Set()
  #names = new Map()
  #deliveries = new Map()

  constructor(domain) {
    super()
    this.path = ROOT + domain
  }

  start() {
    fs.rmSync(this.path, { force: true })
    this.#listener = net.createServer((socket) => {
      this.#keep(socket)
      read(socket, (message) => this.#shared(message, socket))
    })
    return new Promise((resolve) => this.#listener.listen(this.path, resolve))
  }

  #keep(socket) {
    this.#sockets.add(socket)
    socket.on('close', () => this.#sockets.delete(socket))
  }

  #shared({ id, command, data }, socket) {
    if (command === 'handshake') {
      if (this.#names.has(data)) socket.write(encode('error', 201, null, data))
      else this.#admit(data, socket)
    } else if (command === 'discover') {
      const found = { clients: [...this.#names.keys()], command_handlers: this.eventNames() }
      socket.write(encode('discover', found, null, id))
    } else if (command === 'emit') {
      const inner = JSON.parse(data)
      if (inner.delivery) this.#deliveries.set(inner.delivery, id)
      this.send(inner.id, inner.command, inner.data, inner.delivery)
    } else if (command === 'broadcast') {
      const inner = JSON.parse(data)
      this.broadcast(inner.command, inner.data, id)
    }
  }

  #admit(name, shared) {
    const uuid = newId()
    this.#names.set(name, null)
    const listener = net.createServer((socket) => {
      listener.close()
      this.#keep(socket)
      this.#names.set(name, socket)
      socket.on('close', () => this.#names.delete(name))
      read(socket, (message) => this.#private(message, name, socket))
    })
    listener.listen(`${this.path}.${uuid}`, () => shared.write(encode('handshake', uuid, null, name)))
  }

  async #private({ command, data, delivery }, name, socket) {
    if (command === 'deliver') {
      const asker = this.#deliveries.get(delivery)
      this.#deliveries.delete(delivery)
      if (asker) this.send(asker, 'deliver', data, delivery)
      return
    }
    const [handler] = this.listeners(command)
    const result = handler && handler(data, name, socket)
    if (delivery) socket.write(encode('deliver', (await result) ?? null, delivery))
  }

  send(name, command, data, delivery) {
    const socket = this.#names.get(name)
    if (socket && socket.writable) socket.write(encode(command, data, delivery))
  }

  broadcast(command, data, except) {
    for (const [name, socket] of this.#names) {
      if (name !== except && socket) socket.write(encode(command, data))
    }
  }

  close() {
    for (const socket of this.#sockets) socket.destroy()
    return new Promise((resolve) => this.#listener.close(resolve))
  }
}

/** Events: every command that arrives, as `(data)`; the listener's result is the answer. */
class ReferenceClient extends EventEmitter {
  name
  #path
  #answers = new Map()
  #discovered = null
  shared
  socket

  constructor(domain, name) {
    super()
    this.name = name
    this.#path = ROOT + domain
  }

  connect() {
    return new Promise((resolve, reject) => {
      this.shared = net.connect(this.#path, () => this.shared.write(encode('handshake', this.name)))
      this.shared.once('error', reject)
      read(this.shared, ({ command, data }) => {
        if (command === 'error') reject(Object.assign(new Error('refused'), { code: data }))
        if (command === 'discover') this.#discovered(data)
        if (command !== 'handshake') return
        this.socket = net.connect(`${this.#path}.${data}`, resolve)
        this.socket.once('error', reject)
        read(this.socket, (message) => this.#private(message))
      })
    })
  }

  async #private({ command, data, delivery }) {
    if (command === 'deliver') {
      this.#answers.get(delivery)?.(data)
      return
    }
    const [handler] = this.listeners(command)
    const result = handler && handler(data)
    if (delivery) this.socket.write(encode('deliver', (await result) ?? null, delivery))
  }

  send(command, data, delivery) {
    return this.socket.write(encode(command, data, delivery))
  }

  sendTo(name, command, data, delivery = null) {
    return this.shared.write(encode('emit', encode(command, data, delivery, name), delivery, this.name))
  }

  broadcast(command, data) {
    return this.shared.write(encode('broadcast', encode(command, data), null, this.name))
  }

  deliver(name, command, data) {
    const id = newId()
    if (name === null) this.send(command, data, id)
    else this.sendTo(name, command, data, id)
    return new Promise((resolve) => this.#answers.set(id, resolve))
  }

  discover() {
    this.shared.write(encode('discover', null, null, this.name))
    return new Promise((resolve) => (this.#discovered = resolve))
  }

  close() {
    this.shared?.destroy()
    this.socket?.destroy()
  }
}

module.exports = { ROOT, ReferenceServer, ReferenceClient, encode, newId }
