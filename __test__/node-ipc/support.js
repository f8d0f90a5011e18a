'use strict'

const { subject } = require('../common/subject')
const { next } = require('../common/events')
const { dial, listen } = require('../common/raw')

const root = subject('node-ipc')

/** Closes whatever the instance has open. */
function dismantle(ipc) {
  for (const id of Object.keys(ipc.of)) ipc.disconnect(id)
  if (!ipc.server || !ipc.server.server) return
  if (!ipc.server.server.closed) ipc.server.stop()
  // UDP has peers that nothing leads to.
  for (const socket of [...ipc.server.sockets]) socket.destroy?.()
}

/** An instance of the test's own: quiet, quick to retry, closed when the test is over. */
function instance(t, config) {
  const ipc = new root.IPC()
  Object.assign(ipc.config, { silent: true, retry: 20 }, config)
  t.teardown(() => dismantle(ipc))
  return ipc
}

/** Makes the server of `ipc` for an address in the form of net.connect; does not start it. */
function serve(ipc, { path, host, port }, callback) {
  if (path) ipc.serve(path, callback)
  else ipc.serveNet(host, port, callback)
  return ipc.server
}

/** Starts the server of `ipc`; resolves when it listens, fails with the `error` it publishes. */
async function start(ipc, address) {
  const server = serve(ipc, address)
  const failed = new Promise((resolve, reject) => server.on('error', reject))
  const started = next(server, 'start')
  server.start()
  await Promise.race([started, failed])
  return server
}

/** Makes the client `id` of `ipc`; it is on its way. */
function connect(ipc, { path, host, port }, id = 'server') {
  if (path) ipc.connectTo(id, path)
  else ipc.connectToNet(id, host, port)
  return ipc.of[id]
}

/** The same, once it is connected. */
async function connected(ipc, address, id) {
  const client = connect(ipc, address, id)
  await next(client, 'connect')
  return client
}

/** A server and a client of it, each of an instance of its own; `socket` is the server's end. */
async function pair(t, address, config) {
  const hub = instance(t, config)
  const spoke = instance(t, config)
  const server = await start(hub, address)
  const accepted = next(server, 'connect')
  const client = await connected(spoke, address)
  const [socket] = await accepted
  return { hub, spoke, server, client, socket }
}

// Every way to send: what `send` does arrives at the raw `peer`.
const SENDERS = {
  'client.emit': async (t, address, config) => {
    const server = await listen(t, address)
    const client = await connected(instance(t, config), address)
    return {
      peer: await server.accepted(),
      config: client.config,
      send: (...args) => client.emit(...args)
    }
  },
  'server.emit': async (t, address, config) => {
    const server = await start(instance(t, config), address)
    const accepted = next(server, 'connect')
    const peer = await dial(t, address)
    const [socket] = await accepted
    return { peer, config: server.config, send: (...args) => server.emit(socket, ...args) }
  },
  'server.broadcast': async (t, address, config) => {
    const server = await start(instance(t, config), address)
    const accepted = next(server, 'connect')
    const peer = await dial(t, address)
    await accepted
    return { peer, config: server.config, send: (...args) => server.broadcast(...args) }
  }
}

// Both ways to receive: what the raw `peer` writes is published by `target`; `socket` is its end of the connection.
const RECEIVERS = {
  server: async (t, address, config) => {
    const target = await start(instance(t, config), address)
    const accepted = next(target, 'connect')
    const peer = await dial(t, address)
    const [socket] = await accepted
    return { target, socket, peer }
  },
  client: async (t, address, config) => {
    const server = await listen(t, address)
    const target = await connected(instance(t, config), address)
    return { target, socket: target.socket, peer: await server.accepted() }
  }
}

module.exports = { root, instance, serve, start, connect, connected, pair, SENDERS, RECEIVERS }
