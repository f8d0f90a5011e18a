'use strict'

/** Flushed entries at the front that are worth moving the others for. */
const COMPACT = 1024

/**
 * Messages in order, kept until they have left: what a broken connection may have lost is sent again by the next one.
 */
class Queue {
  /** @type {{ text: string, resolve: () => void }[]} */
  #entries = []
  /** The first that has not left. */
  #head = 0
  /** The next to hand over to the connection. */
  #next = 0
  #socket = null
  #left = null
  #transmit

  /** @param {(socket: any, text: string, callback: (error?: Error) => void) => boolean} transmit */
  constructor(transmit) {
    this.#transmit = transmit
  }

  /** Resolves when the message has left. @param {string} text @returns {Promise<void>} */
  push(text) {
    return new Promise((resolve) => {
      this.#entries.push({ text, resolve })
      // With others waiting already for the connection to drain, this one waits behind them.
      if (this.#socket !== null && this.#next === this.#entries.length - 1) this.#pump()
    })
  }

  /** Goes on with a connection, from the first message that has not left. @param {any} socket */
  attach(socket) {
    this.#socket = socket
    this.#next = this.#head
    this.#left = (error) => {
      if (!error && this.#socket === socket) this.#shift()
    }
    socket.on('drain', () => this.#socket === socket && this.#pump())
    this.#pump()
  }

  /** The connection is gone. */
  detach() {
    this.#socket = null
  }

  get length() {
    return this.#entries.length - this.#head
  }

  /** The messages that have not left. */
  get texts() {
    return this.#entries.slice(this.#head).map(({ text }) => text)
  }

  #pump() {
    const socket = this.#socket
    let flowing = socket.writable
    while (flowing && this.#next < this.#entries.length) {
      flowing = this.#transmit(socket, this.#entries[this.#next++].text, this.#left)
    }
  }

  #shift() {
    const { resolve } = this.#entries[this.#head]
    this.#entries[this.#head++] = undefined
    if (
      this.#head === this.#entries.length ||
      (this.#head > COMPACT && this.#head * 2 > this.#entries.length)
    ) {
      this.#entries.splice(0, this.#head)
      this.#next -= this.#head
      this.#head = 0
    }
    resolve()
  }
}

module.exports = { Queue }
