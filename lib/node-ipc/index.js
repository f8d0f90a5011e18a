'use strict'

// node-ipc as 9.x has it: the module is an instance that is ready to use. What sets the generations apart is in `profile`;
// the rest is shared with v14/.
//
//   ipc, config, log, arguments   an instance: its methods, their overloads
//   server, peers, datagrams      what listens, and whom it has accepted or heard from
//   client, link, queue           `ipc.of[id]`, what keeps it connected, sync mode
//   pubsub                        the emitter of both
//   transport, envelope, raw, malformed, paths, secure   how it is written and read, and where

const { Config } = require('./config')
const { methods } = require('./ipc')
const { P9 } = require('./profile')

const { connectTo, connectToNet, disconnect, serve, serveNet, log } = methods(P9)

/** @param {unknown} value */
const fixed = (value) => ({ value, enumerable: true })

class IPC {
  constructor() {
    // In the order programs see them in; the functions cannot be replaced, as in the original.
    Object.defineProperties(this, {
      config: { value: new Config(P9), enumerable: true, writable: true },
      connectTo: fixed(connectTo),
      connectToNet: fixed(connectToNet),
      disconnect: fixed(disconnect),
      serve: fixed(serve),
      serveNet: fixed(serveNet),
      of: { value: P9.of(), enumerable: true, writable: true },
      server: { value: false, enumerable: true, writable: true, configurable: true },
      log: fixed(log)
    })
  }
}

/** The class of the module itself: an instance that also hands out the class for further instances. */
class IPCModule extends IPC {
  constructor() {
    super()
    Object.defineProperty(this, 'IPC', fixed(IPC))
  }
}

const ipc = new IPCModule()

// For programs written for the ESM generation; not enumerable, as the original has no such keys.
Object.defineProperties(ipc, {
  default: { value: ipc },
  IPCModule: { value: IPCModule }
})
for (const name of [
  'Parser',
  'FastParser',
  'GuardedParser',
  'AssuredParser',
  'RawParser',
  'IPCProtocolError'
]) {
  Object.defineProperty(ipc, name, { get: () => /** @type {any} */ (require('./v14'))[name] })
}

module.exports = ipc
