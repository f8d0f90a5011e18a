'use strict'

const { subject } = require('../common/subject')
const { next, Recorder } = require('../common/events')
const { deadline } = require('../common/deadline')
const { dial, listen } = require('../common/raw')

const root = subject('nssocket')

/** `address` (in the form of net.connect) as the arguments of `connect` and `listen`. */
const at = ({ path, host, port }) => (path ? [path] : [port, host])

/** Gives up a socket, whatever has become of it. */
function giveUp(socket) {
  socket._reconnect = false
  socket.destroy()
  socket.on('error', () => {})
}

/** An NsSocket of the test's own, closed when the test is over. */
function socket(t, ...args) {
  const made = new root.NsSocket(...args)
  t.teardown(() => giveUp(made))
  return made
}

/** A server of the test's own that listens; `accepted(n)` is its n-th NsSocket. */
async function serve(t, address, options = {}) {
  const sockets = []
  const arrivals = new Recorder()
  const server = root.createServer(options, (accepted) => {
    sockets.push(accepted)
    t.teardown(() => giveUp(accepted))
    arrivals.add('accepted')
  })
  t.teardown(() => server.close())
  const listening = new Promise((resolve, reject) =>
    server.on('error', reject).listen(...at(address), resolve)
  )
  await deadline(listening, 'the server to listen')
  const accepted = async (number = 1) => {
    await arrivals.seen('accepted', number)
    return sockets[number - 1]
  }
  return { server, sockets, accepted }
}

/** An NsSocket that is connected. */
async function connected(t, address, options) {
  const outbound = socket(t, options)
  const started = next(outbound, 'start')
  outbound.connect(...at(address))
  await started
  return outbound
}

/** Both ends of a connection. */
async function pair(t, address, options = {}) {
  const { server, accepted } = await serve(t, address, { ...options })
  const outbound = await connected(t, address, options)
  return { server, outbound, inbound: await accepted() }
}

// Both ends an NsSocket can be: `socket`, and the raw peer that sees and sends bytes.
const ENDS = {
  outbound: async (t, address, options) => {
    const server = await listen(t, address)
    const here = await connected(t, address, options)
    return { socket: here, peer: await server.accepted() }
  },
  inbound: async (t, address, options) => {
    const { accepted } = await serve(t, address, options)
    const peer = await dial(t, address)
    return { socket: await accepted(), peer }
  }
}

/** Registers one test per end and transport. */
function eachEnd(test, eachTransport, title, body) {
  for (const [end, make] of Object.entries(ENDS)) {
    eachTransport(test, `${title}: ${end}`, async (t, address) =>
      body(t, (options) => make(t, address, options))
    )
  }
}

/** Records `[name, payload]` of every message, the name without `data`, joined by blanks. */
function messages(target) {
  const log = new Recorder()
  target.on(['data', '**'], function (payload) {
    log.add(this.event.slice(1).join(' '), payload)
  })
  return log
}

module.exports = { root, at, socket, serve, connected, pair, ENDS, eachEnd, messages, giveUp }
