'use strict'

const net = require('node:net')
const tls = require('node:tls')
const engine = require('../engine')

/** @type {Map<string, import('../engine/protocol').Protocol>} made before: the engine prepares a protocol once */
const known = new Map()

/** How a socket with these options reads and writes. */
function protocol({ decode, binary, noDelay = false, allowHalfOpen = false, ...options }) {
  const { highWaterMark, maxFrameBytes, maxOutboxBytes, maxInboxBytes } = options
  const json = (decode || JSON.parse) === JSON.parse
  // What is not JSON may end with a carriage return of its own, which a line would lose.
  const framing = json ? { mode: 'line' } : { mode: 'delimiter', delimiter: '\n' }
  const codec = json ? 'json' : binary ? 'bytes' : 'text'
  const limits = { highWaterMark, maxFrameBytes, maxOutboxBytes, maxInboxBytes }
  const made = { framing, codec, noDelay, allowHalfOpen, ...limits }
  const key = Object.values(made).join()
  if (!known.has(key)) known.set(key, made)
  return known.get(key)
}

/** Starts to connect. Gives the connection, or what frames its stream; the receiver is told of everything. */
function dial(options, address, receiver) {
  if (options.type === 'tls') {
    return frame(tls.connect({ ...options, path: undefined, ...address }), options, receiver)
  }
  const connection = engine.connect(address, protocol(options), receiver)
  if (options.keepAlive) connection.setKeepAlive(true, options.keepAliveInitialDelay)
  return connection
}

/** Frames a stream of Node's or of the user's. */
function frame(stream, options, receiver) {
  const framed = new engine.Foreign(stream, protocol(options), receiver)
  stream.on(stream.encrypted ? 'secureConnect' : 'connect', () => receiver.opened(framed))
  return framed
}

/** A server that gives each connection to `accept`. */
function serve(options, accept) {
  return options.type === 'tls' ? tls.createServer(options, accept) : new Server(options, accept)
}

/** The listener of the engine, with the arguments of a net.Server. */
class Server extends engine.Listener {
  constructor(options, accept) {
    const opened = (connection) => {
      if (options.keepAlive) connection.setKeepAlive(true, options.keepAliveInitialDelay)
      if (options.pauseOnConnect) connection.pause()
      accept(connection)
    }
    super(protocol(options), { opened, accepting: true })
  }

  /** All forms but those with a handle or a descriptor. */
  listen(...args) {
    const given = (type) => args.slice(1).find((arg) => typeof arg === type)
    let [address] = args
    if (typeof address !== 'object' || address === null) {
      const [port, path] = isNaN(address) && typeof address === 'string' ? [, address] : [address]
      address = {
        port: typeof port === 'function' ? 0 : port,
        path,
        host: given('string'),
        backlog: given('number')
      }
    }
    if (!('port' in address || 'path' in address)) throw new TypeError('listen needs a "port" or a "path"')
    address.signal?.addEventListener('abort', () => this.close(), { once: true })
    return super.listen(address, typeof args[0] === 'function' ? args[0] : given('function'))
  }
}

// Programs ask for `instanceof net.Server`.
const listening = Object.getOwnPropertyDescriptors(engine.Listener.prototype)
Object.setPrototypeOf(Server.prototype, Object.create(net.Server.prototype, listening))

module.exports = { dial, frame, serve }
