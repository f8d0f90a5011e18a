'use strict'

const net = require('node:net')
const tls = require('node:tls')
const engine = require('../engine')

/** How a socket with these options reads and writes. */
function protocol({ type, decode, binary, noDelay = false, allowHalfOpen = false, ...options }) {
  if (type && type !== 'tcp4' && type !== 'tls') throw new Error('Bad Option Argument [type]')
  const { highWaterMark, maxFrameBytes, maxOutboxBytes, maxInboxBytes } = options
  const json = (decode || JSON.parse) === JSON.parse
  // What is not JSON may end with a carriage return of its own, which a line would lose.
  const framing = json ? { mode: 'line' } : { mode: 'delimiter', delimiter: '\n' }
  const codec = json ? 'json' : binary ? 'bytes' : 'text'
  const limits = { highWaterMark, maxFrameBytes, maxOutboxBytes, maxInboxBytes }
  return { framing, codec, noDelay, allowHalfOpen, ...limits }
}

/** Starts to connect. Gives the connection, or what frames its stream; the link is told of everything. */
function dial(options, address, link) {
  if (options.type === 'tls') return frame(tls.connect({ ...options, path: undefined, ...address }), link)
  return keepAlive(engine.connect(address, link.protocol, link), options)
}

/** Frames a stream of Node's or of the user's. */
function frame(stream, link) {
  const framed = new engine.Foreign(stream, link.protocol, link)
  stream.on(stream.encrypted ? 'secureConnect' : 'connect', () => link.opened(framed))
  return framed
}

function keepAlive(connection, options) {
  return options.keepAlive ? connection.setKeepAlive(true, options.keepAliveInitialDelay) : connection
}

/** A server that gives each connection to `accept`. */
function serve(options, accept) {
  return options.type === 'tls' ? tls.createServer(options, accept) : new Server(options, accept)
}

/** The listener of the engine, with the arguments of a net.Server. */
class Server extends engine.Listener {
  constructor(options, accept) {
    const opened = (connection) => {
      if (options.pauseOnConnect) connection.pause()
      accept(keepAlive(connection, options))
    }
    super(protocol(options), { opened, accepting: true })
  }

  /** All forms but those with a handle or a descriptor. */
  listen(...args) {
    const given = (type) => args.find((arg, at) => typeof arg === type && (at > 0 || type === 'function'))
    let [address] = args
    if (typeof address !== 'object' || address === null) {
      const is = typeof address === 'string' && isNaN(address) ? 'path' : 'port'
      if (typeof address === 'function') address = 0
      address = { [is]: address, host: given('string'), backlog: given('number') }
    }
    if (!('port' in address || 'path' in address)) throw new TypeError('listen needs a "port" or a "path"')
    address.signal?.addEventListener('abort', () => this.close(), { once: true })
    return super.listen(address, given('function'))
  }
}

// Programs ask for `instanceof net.Server`.
const listening = Object.getOwnPropertyDescriptors(engine.Listener.prototype)
Object.setPrototypeOf(Server.prototype, Object.create(net.Server.prototype, listening))

module.exports = { dial, frame, protocol, serve }
