'use strict'

// The methods of an IPC instance. How an instance wears them, and what is exported, is up to the entry of a generation.

const overloads = require('./arguments')
const { clientClass, shut } = require('./client')
const { serverClass } = require('./server')
const { log } = require('./log')

/** @param {any} ipc @param {any} id @returns {any} the client of that id, if there is one */
function clientOf(ipc, id) {
  return Object.hasOwn(ipc.of, id) ? ipc.of[id] : undefined
}

/**
 * @param {import('./profile').Profile} profile
 * @param {new (config: any, log: any) => any} [Client] of what `of` is to hold
 * @param {new (path: any, config: any, log: any, port?: any) => any} [Server]
 */
function methods(profile, Client = clientClass(profile), Server = serverClass(profile)) {
  /**
   * @param {any} ipc @param {any} id
   * @param {any} path the socket path or the host
   * @param {any} port undefined for a local socket
   * @param {((ipc?: any) => void) | undefined} callback
   */
  function open(ipc, id, path, port, callback) {
    const known = clientOf(ipc, id)
    if (known && !(known.socket && known.socket.destroyed)) {
      ipc.log('client', id, 'exists already')
      if (callback) callback()
      return
    }
    // It could still be waiting to connect again, beside its successor.
    if (known instanceof Client) known[shut]()
    const client = new Client(ipc.config, ipc.log)
    ipc.of[id] = client
    client.id = id
    client.path = path
    client.port = port
    establish(ipc, id, client)
    if (callback) callback(ipc)
  }

  /** @param {any} ipc @param {any} id @param {any} client */
  function establish(ipc, id, client) {
    try {
      client.connect()
    } catch (error) {
      // What cannot even begin must not stand in the way of the next attempt.
      delete ipc.of[id]
      throw error
    }
  }

  /** @param {any} ipc @param {any} server @param {any} callback */
  function use(ipc, server, callback) {
    ipc.server = server
    if (callback) server.on('start', callback)
  }

  return {
    /** @this {any} @param {any} id @param {any} [path] @param {any} [callback] */
    connectTo(id, path, callback) {
      if (!id) {
        this.log('connectTo needs an id')
        return
      }
      const wanted = overloads.connectTo(this.config, id, path, callback)
      open(this, id, wanted.path, undefined, wanted.callback)
    },

    /** @this {any} @param {any} id @param {any} [host] @param {any} [port] @param {any} [callback] */
    connectToNet(id, host, port, callback) {
      if (!id) {
        this.log('connectToNet needs an id')
        return
      }
      const wanted = overloads.connectToNet(this.config, host, port, callback)
      open(this, id, wanted.host, wanted.port, wanted.callback)
    },

    /** @this {any} @param {any} id */
    disconnect(id) {
      const client = clientOf(this, id)
      if (!client) return
      client.off('*', '*')
      if (!profile.keepsHandlers) client.reset()
      client[shut]()
      delete this.of[id]
    },

    /** @this {any} @param {any} [path] @param {any} [callback] */
    serve(path, callback) {
      const wanted = overloads.serve(this.config, path, callback)
      use(this, new Server(wanted.path, this.config, this.log), wanted.callback)
    },

    /** @this {any} @param {any} [host] @param {any} [port] @param {any} [udp] @param {any} [callback] */
    serveNet(host, port, udp, callback) {
      const wanted = overloads.serveNet(this.config, host, port, udp, callback)
      const server = new Server(wanted.host, this.config, this.log, wanted.port)
      // By whatever name it was asked for; only udp4 and udp6 mean something.
      if (wanted.udp) /** @type {any} */ (server)[wanted.udp] = true
      use(this, server, wanted.callback)
    },

    log
  }
}

module.exports = { methods }
