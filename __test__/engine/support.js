'use strict'

const engine = require('../../lib/engine')
const { Recorder, next } = require('../common/events')
const { deadline } = require('../common/deadline')
const { directory, freePort } = require('../common/places')
const { dial, listen } = require('../common/raw')
const path = require('node:path')

/** A dialect's description of itself: JSON frames that end with a form feed. */
const protocol = (overrides) => ({
  framing: { mode: 'delimiter', delimiter: '\f' },
  codec: 'json',
  ...overrides
})

const METHODS = ['opened', 'message', 'malformed', 'chunk', 'ended', 'failed', 'closed']

/** A receiver that records what it is told, as `[method, ...arguments]`; `then` is called afterwards, by method. */
function receiver(then = {}) {
  const log = new Recorder()
  for (const method of METHODS) {
    log[method] = (...args) => {
      // The last one is the connection.
      const own = args.slice(0, { opened: 0, ended: 0, malformed: 2 }[method] ?? 1)
      log.add(method, ...own)
      then[method]?.(...own, args[own.length])
    }
  }
  return log
}

/** Addresses for a listener: a path in a directory of the test's own, or any port. */
const PLACES = {
  local: async (t) => ({ path: path.join(directory(t), 's') }),
  TCP: async () => ({ host: '127.0.0.1', port: await freePort() })
}

/** A listener of the engine, listening. `accepted()` is its next connection. */
async function serve(t, address, description, side = receiver()) {
  const listener = new engine.Listener(description, side)
  t.teardown(() => {
    listener.close()
    for (const connection of listener.connections) connection.destroy()
  })
  const failed = new Promise((resolve, reject) => listener.on('error', reject))
  failed.catch(() => {})
  await Promise.race([new Promise((resolve) => listener.listen(address, resolve)), failed])
  listener.accepted = () => next(listener, 'connection').then(([connection]) => connection)
  return listener
}

/** A client of the engine; it is on its way. */
function client(t, address, description, side = receiver()) {
  const connection = engine.connect(address, description, side)
  t.teardown(() => connection.destroy())
  return connection
}

/** The same, once it is connected. */
async function connected(t, address, description, side) {
  const connection = client(t, address, description, side)
  await next(connection, 'connect')
  return connection
}

/** Both ends of one connection, each the engine's. */
async function pair(t, address, description, { left, right } = {}) {
  const listener = await serve(t, address, description, right)
  const accepted = listener.accepted()
  const near = await connected(t, address, description, left)
  return { listener, near, far: await accepted }
}

/** `address` with any port, for whoever listens; a port found free may be somebody's a moment later. */
const anyPort = (address) => (address.path ? address : { ...address, port: 0 })

/** Where a listener (of node or of the engine) that listens on `address` is reached. */
const reach = (address, server) => (address.path ? address : { ...address, port: server.address().port })

// Both ways to have a connection of the engine, with a peer of node:net at its other end.
const ENDS = {
  accepted: async (t, address, description, side) => {
    const listener = await serve(t, anyPort(address), description, side)
    const accepted = listener.accepted()
    const peer = await dial(t, reach(address, listener))
    return { connection: await accepted, peer, listener }
  },
  client: async (t, address, description, side) => {
    const server = await listen(t, anyPort(address))
    const connection = await connected(t, reach(address, server.server), description, side)
    return { connection, peer: await server.accepted() }
  }
}

/** Registers a test for both ends and both transports; the body is given what opens them: `open(t, protocol, receiver)`. */
function eachEnd(test, title, body) {
  for (const [end, connect] of Object.entries(ENDS)) {
    for (const [place, address] of Object.entries(PLACES)) {
      test(`${title} (${end}, ${place})`, (t) =>
        body(t, async (description, side) => connect(t, await address(t), description, side)))
    }
  }
}

/** Registers a test per transport; the body is given an address. */
function eachPlace(test, title, body) {
  for (const [place, address] of Object.entries(PLACES)) {
    test(`${title} (${place})`, async (t) => body(t, await address(t)))
  }
}

/** Nothing of this process runs for `milliseconds`: the other end of a connection goes on meanwhile. */
const standStill = (milliseconds) =>
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds)

/** The closing of a connection of the engine; `hadError`. */
const closed = (connection) =>
  connection.closed
    ? Promise.resolve([undefined])
    : deadline(new Promise((resolve) => connection.on('close', (...args) => resolve(args))), "'close'")

module.exports = {
  ...{ engine, protocol, receiver, serve, client, connected, pair, closed, standStill },
  ...{ PLACES, ENDS, eachEnd, eachPlace, anyPort, reach }
}
