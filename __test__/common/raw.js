'use strict'

// Peers made of node:net alone: they see exactly the bytes, and can send any.

const net = require('node:net')
const os = require('node:os')
const path = require('node:path')
const fs = require('node:fs')
const { deadline, state } = require('./deadline')
const { socketIn } = require('./places')

const DELIMITER = '\f'

/** One end of a stream that collects what arrives. */
class Peer {
  #chunks = []
  #length = 0
  #looks = new Set()
  ended = false
  closed = false

  constructor(socket) {
    this.socket = socket
    socket.on('data', (chunk) => {
      this.#chunks.push(chunk)
      this.#length += chunk.length
      this.#look()
    })
    socket.on('end', () => this.#look((this.ended = true)))
    socket.on('close', () => this.#look((this.closed = true)))
    socket.on('error', (error) => this.#look((this.error = error)))
  }

  #look() {
    for (const look of this.#looks) look()
  }

  get received() {
    if (this.#chunks.length > 1) this.#chunks = [Buffer.concat(this.#chunks)]
    return this.#chunks[0] ?? Buffer.alloc(0)
  }

  /** Resolves once `wanted(this)` holds; looked at whenever something happens on the stream. */
  until(wanted, what) {
    let look
    const reached = new Promise((resolve) => {
      look = () => wanted(this) && resolve()
      this.#looks.add(look)
      look()
    })
    return deadline(reached, what).finally(() => this.#looks.delete(look))
  }

  /** The first `count` bytes, once they are here. */
  async bytes(count) {
    await this.until(() => this.#length >= count, `${count} bytes at the raw peer`)
    return this.received.subarray(0, count)
  }

  /** The first `count` frames as text, without the delimiter. */
  async frames(count, delimiter = DELIMITER) {
    const cut = () => this.received.toString().split(delimiter)
    await this.until(() => cut().length > count, `${count} frames at the raw peer`)
    return cut().slice(0, count)
  }

  /** The closing of the stream. */
  close() {
    return this.until((peer) => peer.closed, 'the raw peer to be closed')
  }

  /** Gives the bytes to the operating system. */
  write(data) {
    const written = new Promise((resolve, reject) => {
      this.socket.write(data, (error) => (error ? reject(error) : resolve()))
    })
    return deadline(written, 'a write of the raw peer')
  }

  /** Writes one frame of `type` and `data`. */
  send(type, data) {
    return this.write(frame(type, data))
  }
}

/** A connected raw client. */
async function dial(t, address) {
  const socket = net.connect(address)
  t.teardown(() => socket.destroy())
  const peer = new Peer(socket)
  const connected = new Promise((resolve, reject) => {
    socket.on('connect', resolve)
    socket.on('error', reject)
  })
  await deadline(connected, 'the raw client to connect')
  return peer
}

/** A listening raw server. `accepted(n)` is its n-th connection, once there. */
async function listen(t, address) {
  const server = net.createServer({ allowHalfOpen: false })
  const peers = []
  const looks = new Set()
  server.on('connection', (socket) => {
    peers.push(new Peer(socket))
    for (const look of looks) look()
  })
  t.teardown(() => {
    server.close()
    for (const { socket } of peers) socket.destroy()
  })
  const listening = new Promise((resolve, reject) => server.on('error', reject).listen(address, resolve))
  await deadline(listening, 'the raw server to listen')
  const accepted = (number = 1) => {
    let look
    const there = new Promise((resolve) => {
      look = () => peers.length >= number && resolve(peers[number - 1])
      looks.add(look)
      look()
    })
    return deadline(there, `connection ${number} at the raw server`).finally(() => looks.delete(look))
  }
  return { server, peers, accepted }
}

/** The text of one frame. */
const frame = (type, data, delimiter = DELIMITER) => JSON.stringify({ type, data }) + delimiter

/** Writes each piece only when the receiver has read all before it, so that every piece is a chunk. */
async function inPieces({ peer, socket }, pieces) {
  let written = socket.bytesRead
  for (const piece of pieces) {
    await peer.write(piece)
    written += piece.length
    await state(() => socket.bytesRead === written, `${written} bytes to be read`)
  }
}

/**
 * Lets everything that is already on its way in this process arrive: some round trips over a stream of their own. For checks that
 * something does *not* come.
 */
async function settle(rounds = 10) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'nit-'))
  const place = socketIn(folder)
  const server = net.createServer((socket) => socket.pipe(socket))
  await new Promise((resolve) => server.listen(place, resolve))
  const socket = net.connect(place)
  for (let round = 0; round < rounds; round++) {
    socket.write('x')
    await new Promise((resolve) => socket.once('data', resolve))
    await new Promise((resolve) => setImmediate(resolve))
  }
  socket.destroy()
  await new Promise((resolve) => server.close(resolve))
  fs.rmSync(folder, { recursive: true })
}

module.exports = { dial, listen, frame, inPieces, settle }
