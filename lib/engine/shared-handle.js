'use strict'

const fs = require('node:fs')
const net = require('node:net')

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
