'use strict'

const { StringDecoder } = require('node:string_decoder')

const { IPCProtocolError, protocolError } = require('./errors')

/** What setTimeout takes; it would make 1 ms of anything longer. */
const LONGEST = 2 ** 31 - 1

/** One connection of a parser of the program's own: what of the stream is not a message yet, and how long it may stay so. */
class Reader {
  #plan
  #receive
  #refuse
  #decoder
  /** @type {any} */
  #remainder = ''
  /** @type {NodeJS.Timeout | undefined} */
  #timer

  /**
   * @param {import('./plan').Plan} plan
   * @param {(message: any) => void} receive
   * @param {(error: Error) => void} refuse
   */
  constructor(plan, receive, refuse) {
    this.#plan = plan
    this.#receive = receive
    this.#refuse = refuse
    this.#decoder = new StringDecoder(plan.parser.encoding || 'utf8')
  }

  /** @param {Buffer} chunk */
  take(chunk) {
    const text = this.#decoder.write(chunk)
    if (text === '') return
    /** @type {unknown[]} */
    const thrown = []
    try {
      this.#remainder = this.#plan.parser.read(this.#remainder, text, (/** @type {any} */ message) => {
        // What a handler throws is not the parser's: it must not lose its place.
        try {
          this.#receive(message)
        } catch (error) {
          thrown.push(error)
        }
      })
    } catch (error) {
      if (error instanceof IPCProtocolError) this.#refuse(error)
      else thrown.push(error)
    }
    this.#watch()
    raise(thrown)
  }

  close() {
    clearTimeout(this.#timer)
    this.#timer = undefined
  }

  #watch() {
    const { guarded, parser } = this.#plan
    if (!guarded || !(parser.messageTimeout > 0)) return
    if (!this.#remainder?.length) this.close()
    else if (this.#timer === undefined) {
      const late = () => this.#refuse(protocolError('MESSAGE_TIMEOUT'))
      this.#timer = setTimeout(late, Math.min(parser.messageTimeout, LONGEST)).unref()
    }
  }
}

/** All of them are uncaught exceptions, the first one here. @param {unknown[]} thrown */
function raise([first, ...others]) {
  for (const error of others) {
    process.nextTick(() => {
      throw error
    })
  }
  if (first !== undefined) throw first
}

module.exports = { Reader }
