'use strict'

const { RESERVED, received } = require('./message')

/** Where every domain has its sockets. The original knows no Windows; there it is the pipes that have names. */
const ROOT = process.platform === 'win32' ? '\\\\.\\pipe\\IPC.io.' : '/tmp/IPC.io.'

/**
 * What the server and the clients of a domain have in common: options, handlers, and what becomes of a message.
 */
class Party {
  /** Whether everything is shown on the console; may be changed at any time. */
  verbose
  #falsyAsNull

  /** @param {any} options @param {any} handlers */
  constructor(options, handlers) {
    const { verbose, domain, encoding, falsyAsNull } = options
    this.verbose = verbose || false
    this._domain = domain || 'default'
    this._encoding = encoding || 'utf8'
    this._bcast_path = ROOT + this._domain
    /** Nothing that a peer names is found here unless it was put here. */
    this._command_handlers = Object.create(null)
    this.#falsyAsNull = Boolean(falsyAsNull)
    if (handlers) this.addHandlers(handlers)
  }

  /**
   * Adds handlers, at any time. Those before a bad entry stay.
   * @param {Record<string, (container: any) => any>} collection command → function
   */
  addHandlers(collection) {
    if (typeof collection !== 'object' || collection === null) {
      throw new Error('Argument passed as "handler_collection" must be an object.')
    }
    for (const [command, handler] of Object.entries(collection)) {
      if (typeof handler !== 'function') {
        throw new Error('"handler_collection" entry values must be callable.')
      }
      if (RESERVED.has(command)) throw new Error('Argument passed as "command" is restricted command name.')
      if (command in this._command_handlers || command in Object.prototype) {
        throw new Error(`Handler for command "${command}" already registered.`)
      }
      this._command_handlers[command] = handler
    }
    return this
  }

  /**
   * Has the handler of a message do its work, and answers if that was asked for.
   * @param {any} message
   * @param {{ uuid: string, name: string, socket: any, server: any }} from
   * @param {(result: any, delivery: any) => void} answer
   */
  _receive(message, { uuid, name, socket, server }, answer) {
    const command = message.command || null
    if (RESERVED.has(command)) return
    const delivery = message.delivery || null
    const handler = this._command_handlers[command]
    if (handler === undefined) {
      if (delivery !== null) answer(null, delivery)
      return
    }
    const data = this._data(message)
    const result = handler.call(this, { data, uuid, name, socket, server })
    if (delivery === null) return
    if (typeof result?.then === 'function') {
      // One that is rejected is nobody's: there is no way to say so to the one who asked.
      Promise.resolve(result).then((value) => answer(value ?? null, delivery))
    } else {
      answer(result ?? null, delivery)
    }
  }

  /** @param {any} message */
  _data(message) {
    return received(message.data, this.#falsyAsNull)
  }

  /** @param {...any} words */
  _trace(...words) {
    if (this.verbose) console.log(`\u001B[36m${this.constructor.name} ${this._domain}\u001B[0m`, ...words)
  }

  /** Sends one frame. @param {any} socket @param {string} text @param {(error?: Error) => void} [callback] */
  _transmit(socket, text, callback) {
    return this._encoding === 'utf8' || this._encoding === 'utf-8'
      ? socket.send(text, callback)
      : socket.write(text, this._encoding, callback)
  }
}

module.exports = { Party }
