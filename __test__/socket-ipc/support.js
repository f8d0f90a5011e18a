'use strict'

const { subject } = require('../common/subject')
const { next } = require('../common/events')
const { dial, listen } = require('../common/raw')

// A title that ends with "(ruling n)" is about something the original does differently, see docs/socket-ipc.md. All other
// tests pass with the original, too.

const root = subject('socket-ipc')

const END = '\0\0'

/** The text of one frame. */
const frame = (topic, message) => JSON.stringify({ topic, message }) + END

/** A server of the test's own, not listening yet; closed when the test is over. */
function makeServer(t, { path }, options) {
  const server = new root.Server({ socketFile: path, ...options })
  t.teardown(() => {
    if (server._server) server.close()
    for (const socket of server._sockets.keys()) socket.destroy()
  })
  return server
}

/** A client of the test's own that is quick to retry, not connected yet; closed when the test is over. */
function makeClient(t, { path }, options) {
  const client = new root.Client({ socketFile: path, retryDelay: 20, reconnectDelay: 20, ...options })
  t.teardown(() => {
    const socket = client._socket
    client.close()
    if (socket) socket.destroy()
  })
  return client
}

/** A server, once it listens. */
async function start(t, address, options) {
  const server = makeServer(t, address, options)
  const listening = next(server, 'listening')
  server.listen()
  await listening
  return server
}

/** A client, once it is connected. */
async function connected(t, address, options) {
  const client = makeClient(t, address, options)
  const connect = next(client, 'connect')
  client.connect()
  await connect
  return client
}

/** A server and a client of it; `id` and `socket` are the client's on the server. */
async function pair(t, address, options) {
  const server = await start(t, address, options)
  const connection = next(server, 'connection')
  const client = await connected(t, address, options)
  const [id, socket] = await connection
  return { server, client, id, socket }
}

// Both ways to receive: what the raw `peer` writes is emitted by `target`; `socket` is its end of the connection, and `id`
// the client's, which the target passes to handlers.
const RECEIVERS = {
  server: async (t, address, options) => {
    const target = await start(t, address, options)
    const connection = next(target, 'connection')
    const peer = await dial(t, address)
    const [id, socket] = await connection
    return { target, socket, id, peer }
  },
  client: async (t, address, options) => {
    const server = await listen(t, address)
    const target = await connected(t, address, options)
    return { target, socket: target._socket, id: undefined, peer: await server.accepted() }
  }
}

// Every way to send: what `send` does arrives at the raw `peer`.
const SENDERS = {
  'client.send': async (t, address, options) => {
    const { target, peer } = await RECEIVERS.client(t, address, options)
    return { target, peer, send: (topic, message) => target.send(topic, message) }
  },
  'server.send': async (t, address, options) => {
    const { target, peer, id } = await RECEIVERS.server(t, address, options)
    return { target, peer, send: (topic, message) => target.send(topic, message, id) }
  },
  'server.broadcast': async (t, address, options) => {
    const { target, peer } = await RECEIVERS.server(t, address, options)
    return { target, peer, send: (topic, message) => target.broadcast(topic, message) }
  }
}

/** One test for each of a table of receivers or senders; the body is given it as its second argument. */
function each(test, table, title, body) {
  for (const [name, make] of Object.entries(table)) test(`${title}, ${name}`, (t) => body(t, make, name))
}

module.exports = {
  root,
  END,
  frame,
  makeServer,
  makeClient,
  start,
  connected,
  pair,
  RECEIVERS,
  SENDERS,
  each
}
