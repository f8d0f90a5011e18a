'use strict'

// The best we know how to do with node's net alone: what is sent in one turn leaves in one write, a
// broadcast is encoded once for all, each byte is searched for the line end once, and all messages of a
// chunk are decoded and parsed in one go.

const net = require('node:net')

const LINE_END = 10

/** Collects what is sent in this turn. */
class Outbox {
  #text = ''
  #flush

  /** `write` gets the text when the turn is over. */
  constructor(write) {
    this.#flush = () => {
      if (this.#text === '') return
      const text = this.#text
      this.#text = ''
      write(text)
    }
  }

  add(line) {
    if (this.#text === '') process.nextTick(this.#flush)
    this.#text += line
  }

  flush() {
    this.#flush()
  }
}

function encode(type, data) {
  return JSON.stringify({ type, data }) + '\n'
}

function receive(socket, handlers) {
  let parts = []
  socket.on('data', (chunk) => {
    const end = chunk.lastIndexOf(LINE_END)
    if (end === -1) {
      parts.push(chunk)
      return
    }
    parts.push(chunk.subarray(0, end))
    const lines = (parts.length === 1 ? parts[0] : Buffer.concat(parts)).utf8Slice()
    parts = end + 1 === chunk.length ? [] : [chunk.subarray(end + 1)]
    // A line end never stands inside a message: JSON escapes it.
    for (const { type, data } of JSON.parse(`[${lines.replaceAll('\n', ',')}]`)) handlers[type](data, socket)
  })
}

function listen(address, handlers, listening) {
  const outboxes = new Map()
  const toAll = new Outbox((text) => {
    const bytes = Buffer.from(text)
    for (const socket of outboxes.keys()) socket.write(bytes)
  })
  const server = net.createServer((socket) => {
    outboxes.set(socket, new Outbox((text) => socket.write(text)))
    socket.on('close', () => outboxes.delete(socket))
    receive(socket, handlers)
  })
  server.listen(address, listening)
  return {
    send(peer, type, data) {
      toAll.flush()
      outboxes.get(peer).add(encode(type, data))
    },
    broadcast(type, data) {
      for (const outbox of outboxes.values()) outbox.flush()
      toAll.add(encode(type, data))
    },
    close: () => server.close()
  }
}

function connect(address, handlers, connected) {
  const socket = net.connect(address, connected)
  const outbox = new Outbox((text) => socket.write(text))
  receive(socket, handlers)
  return {
    send: (type, data) => outbox.add(encode(type, data)),
    close() {
      outbox.flush()
      socket.end()
    }
  }
}

module.exports = { listen, connect }
