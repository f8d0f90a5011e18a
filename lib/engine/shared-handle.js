'use strict'

const cluster = require('node:cluster')
const fs = require('node:fs')
const net = require('node:net')

/** libuv's flags of a socket for datagrams. */
const UV_UDP_IPV6ONLY = 1
const UV_UDP_REUSEADDR = 4

/** Whether a stream that one process has accepted can be another's: by its descriptor, and Windows has none. */
exports.sharesStreams = process.platform !== 'win32'

/**
 * Listens on a handle that the workers of a cluster share: Node's own business, through its primary process. What it
 * deals to this worker is not read by Node (`pauseOnConnect`); the engine adopts a duplicate of its descriptor.
 *
 * @param {object} address as of `Listener.listen`
 * @param {{ listening: () => void, accepted: (descriptor: number) => void, failed: (error: Error) => void }} events
 * @returns {net.Server}
 */
exports.listenShared = function listenShared(address, { listening, accepted, failed }) {
  const { path, unlink, readableAll, writableAll, host, port, backlog, ipv6Only } = address
  const options =
    path === undefined ? { host, port, backlog, ipv6Only } : { path, readableAll, writableAll, backlog }
  const server = net.createServer({ pauseOnConnect: true, allowHalfOpen: true }, (socket) => {
    accepted(socket._handle.fd)
    // Closes Node's descriptor only: the connection lives on in the duplicate.
    socket.destroy()
  })
  let retried = path === undefined || unlink === undefined || unlink === 'never'
  server.on('error', (error) => {
    if (error.code !== 'EADDRINUSE' || retried) {
      failed(error)
      return
    }
    retried = true
    // Only what nobody listens on goes: another worker may be serving there already.
    ifDead(
      path,
      () => server.listen(options),
      () => failed(error)
    )
  })
  server.on('listening', listening)
  server.listen(options)
  return server
}

function ifDead(path, dead, alive) {
  const probe = net.connect(path)
  probe.on('connect', () => {
    probe.destroy()
    alive()
  })
  probe.on('error', (error) => {
    const found = fs.lstatSync(path, { throwIfNoEntry: false })
    if (error.code !== 'ECONNREFUSED' || !found?.isSocket()) return alive()
    fs.unlinkSync(path)
    dead()
  })
}

/** Whether a socket for datagrams that is bound here is one that the workers of a cluster share. */
exports.sharesDatagrams = () => cluster.isWorker && process.platform !== 'win32'

/**
 * Binds a socket for datagrams that the workers of a cluster share, as `dgram.Socket.bind` does it. Nothing is read from
 * it by Node; the engine adopts a duplicate of its descriptor. Closing the handle gives up this worker's part.
 *
 * @param {import('node:events')} socket what is told of to the primary process once it has emitted `listening`
 * @param {{ address: string, port: number, type: 'udp4' | 'udp6', ipv6Only?: boolean, reuseAddr?: boolean }} options
 * @param {(errno: number, handle?: { fd: number, close: () => void }) => void} done
 */
exports.bindShared = function bindShared(socket, { address, port, type, ipv6Only, reuseAddr }, done) {
  const flags = (ipv6Only ? UV_UDP_IPV6ONLY : 0) | (reuseAddr ? UV_UDP_REUSEADDR : 0)
  cluster._getServer(socket, { address, port, addressType: type, fd: -1, flags }, done)
}
