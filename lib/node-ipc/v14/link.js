'use strict'

const { Link: BaseLink } = require('../link')
const { connect } = require('../transport')
const { assureClient } = require('./assurance')
const { IPCProtocolError, protocolError } = require('./errors')
const { flaw } = require('./send')
const { Reader } = require('./reader')
const { secured } = require('./secure')

/** What keeps a client connected. A peer that breaks the protocol is left for good. */
class Link extends BaseLink {
  /**
   * @param {any} client
   * @param {import('../profile').Profile} profile
   * @param {import('./plan').Plan} plan
   */
  constructor(client, profile, plan) {
    super(client, profile)
    this.plan = plan
    this.sync = Boolean(client.config.sync)
    this.logs = Boolean(client.config.logPayloads)
    /** @type {Reader | null} */
    this.reader = null
  }

  /** @returns {any} the connection: the one there is, or a new one */
  connect() {
    const { client } = this
    this.calm()
    if (client.socket && !client.socket.destroyed) return client.socket
    assureClient(client)
    client.log('connecting client', client.id, 'to', client.path, client.port ?? '')
    const { path, port, config } = client
    const local = port === undefined
    const socket = connect(
      { path, port, config: local ? config : secured(config, false) },
      this.plan.protocol,
      this
    )
    client.socket = socket
    const { raw, encoding } = this.plan.parser
    if (!raw) socket.setEncoding(encoding || 'utf8')
    if (this.plan.receives === 'chunk') {
      this.reader = new Reader(
        this.plan,
        (message) => this.message(message, socket),
        (violation) => this.violated(violation, socket)
      )
    }
    return socket
  }

  /** No retry is on the clock any more. */
  calm() {
    this.client.retryTimer = false
    if (this.retry === null) return
    this.retry.cancel()
    // A timer that was cancelled stays so until it is reset.
    this.retry.reset()
  }

  /** @param {any} value @param {any} connection */
  message(value, connection) {
    const message = this.plan.receives === 'text' ? this.decoded(value, connection) : value
    if (connection.destroyed) return
    const error = flaw(message)
    if (error !== undefined) {
      this.violated(error, connection)
      return
    }
    this.event(message.type, message.data)
  }

  /** @param {string} type @param {any} data */
  event(type, data) {
    const { client } = this
    this.answered()
    if (this.logs) client.log('received event of', client.id, ':', type, data)
    client.publish(type, data)
  }

  /** @param {string} text @param {any} connection */
  decoded(text, connection) {
    try {
      return this.plan.parser.decode(text)
    } catch (error) {
      if (!(error instanceof IPCProtocolError)) throw error
      this.violated(error, connection)
      return undefined
    }
  }

  /** @param {Error} error @param {string} text @param {any} [connection] */
  malformed(error, text, connection) {
    this.violated(protocolError('INVALID_JSON'), connection)
  }

  /** The engine takes nothing more. @param {string} name @param {any} connection */
  refused(name, connection) {
    this.violated(protocolError(name), connection)
  }

  /** @param {Buffer} chunk */
  chunk(chunk) {
    if (this.reader !== null) {
      this.reader.take(chunk)
      return
    }
    const { client } = this
    this.answered()
    if (this.logs) client.log('received data of', client.id, ':', chunk)
    client.publish('data', chunk)
  }

  /** Something came that shows the peer at work. */
  answered() {
    if (this.unproven) this.restore()
    if (this.sync) this.client.queue.answered()
  }

  /** @param {Error} error @param {any} connection */
  violated(error, connection) {
    const { client } = this
    if (connection.destroyed) return
    connection.destroy()
    if (connection !== client.socket) return
    client.protocolViolation = true
    client.log('client', client.id, 'leaves its peer', error)
    client.publish('error', error)
  }

  /** @param {boolean} hadError @param {any} connection */
  closed(hadError, connection) {
    if (connection === this.client.socket && this.reader !== null) {
      this.reader.close()
      this.reader = null
    }
    super.closed(hadError, connection)
  }

  mayRetry() {
    return !this.client.protocolViolation && super.mayRetry()
  }

  arm() {
    super.arm()
    this.client.retryTimer = this.retry
  }

  fired() {
    this.client.retryTimer = false
    super.fired()
  }

  shut() {
    this.client.retryTimer = false
    super.shut()
  }
}

module.exports = { Link }
