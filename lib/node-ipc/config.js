'use strict'

const os = require('node:os')

/**
 * `ipc.config`: one object an instance, shared with its clients and servers, which read it when they need it.
 * What each key means, and when it is read, is in index.d.ts and docs/node-ipc.md.
 */
class Config {
  /** @param {import('./profile').Profile} profile */
  constructor(profile) {
    this.appspace = 'app.'
    this.socketRoot = profile.socketRoot
    this.id = os.hostname()
    this.encoding = 'utf8'
    this.rawBuffer = false
    this.sync = false
    this.unlink = true
    this.delimiter = '\f'
    this.silent = false
    this.logDepth = 5
    this.logInColor = true
    this.logger = console.log.bind(console)
    this.maxConnections = 100
    this.retry = 500
    this.maxRetries = Infinity
    this.stopRetrying = false
    this.IPType = ''
    this.tls = false
    this.networkHost = '127.0.0.1'
    this.networkPort = 8000
    this.readableAll = false
    this.writableAll = false
    this.interface = {
      localAddress: false,
      localPort: false,
      family: false,
      hints: false,
      lookup: false
    }
  }
}

module.exports = { Config }
