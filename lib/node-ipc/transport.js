'use strict'

const engine = require('../engine')
const { envelope } = require('./envelope')
const { localPath } = require('./paths')
const { clientOptions, serverOptions } = require('./secure')

/**
 * @typedef {import('../engine/protocol').Protocol} Protocol
 * @type {Map<string, Readonly<{ framed: Protocol, raw: Protocol }>>} made before: the engine prepares a protocol once
 */
const known = new Map()

/**
 * The two ways a stream can be read, told to the engine as data: frames that are JSON, or bytes as they come. What is
 * sent is decided for each message, so that `send` ends a frame with the delimiter on both.
 * @param {{ delimiter: string }} config
 * @param {import('./profile').Profile} profile
 */
function protocols(config, { name, noDelay }) {
  const delimiter = config.delimiter || '\f'
  const key = `${name} ${delimiter}`
  const made = known.get(key)
  if (made !== undefined) return made
  /** @type {Protocol} */
  const framed = { framing: { mode: 'delimiter', delimiter }, codec: 'json', envelope, noDelay }
  /** @type {Protocol} */
  const raw = { framing: { mode: 'raw', delimiter }, codec: 'bytes', noDelay }
  const both = Object.freeze({ framed: Object.freeze(framed), raw: Object.freeze(raw) })
  known.set(key, both)
  return both
}

/**
 * Where a client connects to: a port makes it a network address. Local sockets never use TLS, whatever the config says.
 * @param {{ config: any, path: string, port?: number }} client
 */
function remoteAddress({ config, path, port }) {
  if (port === undefined) return { path: localPath(path) }
  /** @type {Record<string, unknown>} */
  const address = { host: path, port }
  for (const [option, value] of Object.entries(config.interface || {})) {
    if (value) address[option] = value
  }
  if (config.tls) address.tls = clientOptions(config, { ...address })
  return address
}

/**
 * Where a server listens.
 * @param {{ config: any, path: string, port?: number }} server
 */
function listenAddress({ config, path, port }) {
  if (port !== undefined)
    return { host: path, port, tls: config.tls ? serverOptions(config, path) : undefined }
  return {
    path,
    // Only ever sockets: the original removes whatever is at the path.
    unlink: config.unlink ? 'sockets' : 'never',
    readableAll: Boolean(config.readableAll),
    writableAll: Boolean(config.writableAll)
  }
}

/** @param {any} client @param {Protocol} protocol @param {object} receiver */
function connect(client, protocol, receiver) {
  return engine.connect(remoteAddress(client), protocol, receiver)
}

/**
 * A listener which is on its way; its events come later.
 * @param {any} server
 * @param {Protocol} protocol
 * @param {object} receiver
 * @param {(listener: any) => void} listening
 * @param {(error: Error) => void} failed
 */
function listen(server, protocol, receiver, listening, failed) {
  const listener = new engine.Listener(protocol, receiver)
  listener.maxConnections = server.config.maxConnections
  listener.once('listening', () => listening(listener))
  listener.on('error', failed)
  return listener
}

module.exports = { protocols, connect, listen, listenAddress }
