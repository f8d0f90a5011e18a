'use strict'

const engine = require('../engine')
const { protocols, connect } = require('./transport')
const { malformedMessage, nullMessage } = require('./malformed')

/** setTimeout would take anything out of this range for 1 ms, the range of a timer being 31 bits. */
const MAX_DELAY = 2 ** 31 - 1

/**
 * What keeps a client connected: its attempts, its retries, and the events of its connection. One for the life of the
 * client; a connection which is no longer the client's own may still deliver frames, its end concerns nobody.
 */
class Link {
  /**
   * @param {any} client
   * @param {import('./profile').Profile} profile
   */
  constructor(client, profile) {
    this.client = client
    this.profile = profile
    this.protocols = protocols(client.config, profile)
    this.retry = null
    /** Retries since the last connection. */
    this.retries = 0
    /** Connected, but with `resetRetriesOn: 'message'` the budget is restored only by the first message. */
    this.unproven = false
  }

  connect() {
    const { client, profile } = this
    const { config } = client
    if (this.retry !== null) {
      this.retry.cancel()
      // A timer that was cancelled stays so until it is reset.
      this.retry.reset()
    }
    const { socket } = client
    client.socket = false
    // Ended, not destroyed: what was emitted on it still leaves.
    if (socket && !socket.destroyed) socket.end()
    client.log('connecting client', client.id, 'to', client.path, client.port ?? '')
    client.socket = connect(client, config.rawBuffer ? this.protocols.raw : this.protocols.framed, this)
    if (profile.decodesData && Buffer.isEncoding(config.encoding)) client.socket.setEncoding(config.encoding)
  }

  /** For good: no retry, and no connection. */
  shut() {
    const { client } = this
    client.explicitlyDisconnected = true
    if (this.retry !== null) this.retry.cancel()
    if (client.socket) client.socket.destroy()
  }

  /** TLS: the stream is there, the handshake begins. @param {any} connection */
  reached(connection) {
    if (this.profile.connectsBeforeHandshake) this.up(connection)
  }

  /** @param {any} connection */
  opened(connection) {
    if (!(connection.encrypted && this.profile.connectsBeforeHandshake)) this.up(connection)
  }

  /** @param {any} connection */
  up(connection) {
    const { client } = this
    if (connection !== client.socket) return
    if (client.config.resetRetriesOn === 'message') this.unproven = true
    else this.restore()
    client.log('client', client.id, 'is connected')
    client.publish('connect')
  }

  /** @param {any} value */
  message(value) {
    if (value !== null) {
      this.event(value.type, value.data)
      return
    }
    const { client } = this
    if (this.unproven) this.restore()
    if (client.config.sync) client.queue.answered()
    client.publish('error', nullMessage())
  }

  /** @param {any} type @param {any} data */
  event(type, data) {
    const { client } = this
    if (this.unproven) this.restore()
    if (client.config.sync) client.queue.answered()
    client.publish(type, data)
  }

  /** @param {Error} error @param {string} text */
  malformed(error, text) {
    const { client } = this
    if (client.config.sync) client.queue.answered()
    client.publish('error', malformedMessage(error, text))
  }

  /** @param {Buffer} chunk */
  chunk(chunk) {
    const { client } = this
    if (this.unproven) this.restore()
    if (client.config.sync) client.queue.answered()
    client.publish('data', chunk)
  }

  /** @param {Error} error @param {any} connection */
  failed(error, connection) {
    const { client } = this
    if (connection !== client.socket) return
    client.log('client', client.id, 'has an error', error)
    client.publish('error', error)
  }

  /** @param {boolean} hadError @param {any} connection */
  closed(hadError, connection) {
    const { client } = this
    if (connection !== client.socket) return
    this.unproven = false
    if (this.mayRetry()) {
      // Armed before `disconnect` is published: its handlers may call ipc.disconnect to stop it.
      this.arm()
      client.log('client', client.id, 'is disconnected, tries again in', client.config.retry, 'ms')
      client.publish('disconnect')
    } else {
      client.log('client', client.id, 'is disconnected and stays so')
      this.bury()
    }
  }

  mayRetry() {
    const { client } = this
    if (client.explicitlyDisconnected || client.retriesRemaining < 1) return false
    return !this.profile.stopsRetrying(client.config, this.retries)
  }

  arm() {
    if (this.retry === null) this.retry = new engine.Retry(() => this.fired())
    const delay = Number(this.client.config.retry)
    this.retry.arm({ delay: delay >= 1 ? Math.min(delay, MAX_DELAY) : 1 })
  }

  fired() {
    const { client } = this
    if (client.explicitlyDisconnected) return
    if (!this.mayRetry()) {
      // config.stopRetrying was set meanwhile; `disconnect` is already published.
      client.log('client', client.id, 'does not try again')
      client.publish('destroy')
      return
    }
    client.retriesRemaining--
    this.retries++
    try {
      client.connect()
    } catch (error) {
      // A certificate file that has gone meanwhile is a failed attempt like any other.
      this.failed(/** @type {Error} */ (error), client.socket)
      this.closed(true, client.socket)
    }
  }

  restore() {
    this.unproven = false
    this.retries = 0
    this.client.retriesRemaining = this.client.config.maxRetries
  }

  /** The last words of the client; a handler that throws does not cut them off. */
  bury() {
    try {
      this.client.publish('disconnect')
    } finally {
      this.client.publish('destroy')
    }
  }
}

module.exports = { Link }
