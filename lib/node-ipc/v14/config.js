'use strict'

const os = require('node:os')
const path = require('node:path')

/** Where local sockets are if nothing else is said: a directory of this user's. */
function defaultRoot() {
  if (process.platform === 'win32') {
    const { username } = os.userInfo()
    return `/node-ipc-${username.replace(/[^A-Za-z0-9_.-]/g, '_')}/`
  }
  const { XDG_RUNTIME_DIR } = process.env
  if (XDG_RUNTIME_DIR) return path.join(XDG_RUNTIME_DIR, 'node-ipc') + path.sep
  return path.join(os.tmpdir(), `node-ipc-${process.getuid?.()}`) + path.sep
}

/** The family of the addresses of this machine's first interface; empty if there is none. */
function firstFamily() {
  const [first] = Object.values(os.networkInterfaces())
  return first?.[0]?.family ?? ''
}

/**
 * `ipc.config`: one object an instance, shared with its clients and servers.
 * What each key means, and when it is read, is in index.d.ts and docs/node-ipc.md.
 */
class Defaults {
  constructor() {
    const IPType = firstFamily()
    this.appspace = 'app.'
    this.socketRoot = defaultRoot()
    this.id = os.hostname()
    this.encoding = 'utf8'
    this.rawBuffer = false
    this.parser = 'fast'
    this.sync = false
    this.unlink = true
    this.identifyPeer = false
    this.delimiter = '\f'
    this.maxMessageSize = 1024 * 1024
    this.maxPendingBytes = 8 * 1024 * 1024
    this.maxEventNameLength = 256
    this.messageTimeout = 30000
    this.allowReservedEvents = false
    this.allowedEvents = false
    this.silent = false
    this.logPayloads = false
    this.logDepth = 5
    this.logInColor = true
    this.logger = console.log.bind(console)
    this.maxConnections = 100
    this.retry = 500
    this.maxRetries = Infinity
    this.stopRetrying = false
    this.IPType = IPType
    this.tls = false
    this.networkHost = IPType === 'IPv6' ? '::1' : '127.0.0.1'
    this.networkPort = 8000
    this.readableAll = false
    this.writableAll = false
    this.secureSocketRoot = true
    this.interface = {
      localAddress: false,
      localPort: false,
      family: false,
      hints: false,
      lookup: false
    }
  }
}

module.exports = { Defaults }
