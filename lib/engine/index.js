'use strict'

/** What a dialect may use of the engine; README.md beside this file tells how. */

const { isIP } = require('node:net')

const { checkPath, checkPort, isTaken, resolve } = require('./address')
const { busyPoll } = require('./busy-poll')
const { Connection } = require('./connection')
const { calls, engine } = require('./crossing')
const { Datagram } = require('./datagram')
const { Domain } = require('./domain')
const { Envelope } = require('./envelope')
const { ipError, knownBy } = require('./errors')
const { Foreign } = require('./foreign')
const { Listener } = require('./listener')
const { Retry } = require('./retry')
const { clientTls, selfSigned } = require('./tls')
const { uuid } = require('./uuid')

/**
 * Starts to establish a connection. What is sent meanwhile leaves when it is established, or is lost with the attempt.
 * Failures of the network come as events, never synchronously.
 *
 * With `tls`, the options of `tls.connect`, the connection is a secure one: `reached` of the receiver is called when the
 * stream is there and the handshake begins, `opened` when the peer has proved who it is.
 *
 * @param {object} address `{ path }` or `{ host, port, localAddress, localPort, family, hints, lookup, tls }`
 * @param {import('./protocol').Protocol} protocol
 * @param {object} receiver
 * @returns {Connection}
 * @throws ERR_INVALID_ARG_TYPE, ERR_SOCKET_BAD_PORT, what Node says of keys and certificates,
 *   ERR_IPC_UNSUPPORTED_TLS_OPTION
 */
function connect(address, protocol, receiver) {
  if (address.path !== undefined) {
    const path = checkPath(address.path)
    const connection = new Connection(protocol, receiver)
    connection._dial({ path })
    return connection
  }
  const port = checkPort(address.port, 'Port')
  const localPort = address.localPort ? checkPort(address.localPort) : undefined
  const localAddress = address.localAddress || undefined
  if (localAddress !== undefined && !isIP(localAddress)) throw ipError(localAddress)
  const host = address.host || 'localhost'
  const secure = address.tls ? clientTls(address.tls, host) : undefined
  const connection = new Connection(protocol, receiver, undefined, Boolean(secure))
  try {
    resolve(host, address, (error, ips) => {
      if (error) connection.destroy(error)
      else connection._dial({ ips, host, port, localAddress, localPort, secure })
    })
  } catch (error) {
    // Bad options, or a lookup that throws: the caller never gets the connection, so nobody could close it.
    connection.receiver = {}
    connection.destroy()
    throw error
  }
  return connection
}

/** Takes over a connected descriptor (a cluster worker's, a service manager's), which then belongs to the engine. */
function adopt(descriptor, protocol, receiver) {
  return Connection.adopt(descriptor, protocol, receiver)
}

/** Ids for one broadcast; grows to the largest. */
let ids = new Int32Array(64)

/**
 * Sends one frame to many connections of one protocol, encoded once.
 *
 * @param {Iterable<Connection>} connections
 * @param {string} text
 * @returns {boolean} false if one of them asks for a pause
 */
function broadcast(connections, text) {
  let count = 0
  for (const connection of connections) {
    const handle = connection._handle
    if (handle === 0) continue
    if (count === ids.length) {
      const larger = new Int32Array(ids.length * 2)
      larger.set(ids)
      ids = larger
    }
    ids[count++] = handle
  }
  return count === 0 || calls.broadcast(ids, count, text) === 0
}

module.exports = {
  Connection,
  Datagram,
  Domain,
  Envelope,
  Foreign,
  Listener,
  Retry,
  adopt,
  broadcast,
  busyPoll,
  connect,
  isTaken,
  knownBy,
  selfSigned,
  uuid,
  /** The data path of established plain streams here: `loop` or `worker`. */
  dataPath: engine.onLoop ? 'loop' : 'worker'
}
