'use strict'

// node-ipc as 14.x has it. What is not here is that of 9.x, in the folder above.
//
//   server, peers, datagrams, client, link, pubsub, send   as there, by this generation's rules
//   config, limits, places, assurance, secure              options, checked before anything happens
//   parser, message-parser, message, parsers/              how messages become bytes and back, for programs, too
//   plan, reader                                           what a parser means for the engine, native or not
//   errors                                                 what was done against the protocol

const { methods } = require('../ipc')
const { P14 } = require('../profile')
const { clientClass } = require('./client')
const { Defaults } = require('./config')
const { IPCProtocolError } = require('./errors')
const { AssuredParser, GuardedParser, Parser, RawParser } = require('./parser')
const { serverClass } = require('./server')

const METHODS = methods(P14, clientClass(P14), serverClass(P14))

class IPC {
  constructor() {
    this.config = new Defaults()
    this.of = P14.of()
    /** @type {any} */
    this.server = false
  }
}

for (const [name, method] of Object.entries(METHODS)) {
  // Whoever assigns one of them is ignored, as in the original.
  Object.defineProperty(IPC.prototype, name, { get: () => method, set() {}, configurable: true })
}

/** The class of the singleton: an instance that also hands out the class for further instances. */
class IPCModule extends IPC {
  constructor() {
    super()
    this.IPC = IPC
  }
}

module.exports = {
  AssuredParser,
  FastParser: Parser,
  GuardedParser,
  IPCModule,
  IPCProtocolError,
  Parser,
  RawParser,
  default: new IPCModule(),
  // What require() of an ES module says, so that transpiled programs find the default.
  __esModule: true
}
