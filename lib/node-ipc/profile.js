'use strict'

// What sets one generation of node-ipc apart from another, as data. The code beside this file asks the profile and
// never for a version; a further generation is a further object here.

const { classicPayload, payload } = require('./envelope')

/**
 * @typedef {object} Profile
 * @property {string} name
 * @property {string} socketRoot default of `config.socketRoot`
 * @property {() => Record<string, any>} of what a new instance keeps its clients in
 * @property {(data: any) => any} payload what is sent for the data of a message
 * @property {boolean} noDelay TCP_NODELAY on every stream
 * @property {boolean} connectsBeforeHandshake a TLS client publishes `connect` when the stream is there, not trusting it yet
 * @property {boolean} decodesData `data` events of a socket carry strings in `config.encoding`
 * @property {boolean} reportsPressure `emit` and `broadcast` return what the socket's write returned
 * @property {(config: any) => boolean} copiesPeerId a truthy `data.id` from a peer becomes its `socket.id`
 * @property {boolean} keepsHandlers after `ipc.disconnect` the typed handlers still see `disconnect` and `destroy`
 * @property {boolean} releasesPerFrame sync mode: each frame frees the next request; else everything received at once
 * @property {(config: any, retries: number) => boolean} stopsRetrying what `config.stopRetrying` says after `retries`
 * @property {(listener: any) => unknown} startArgument what `start` handlers get
 * @property {boolean} startsBeforeBound UDP: `start` is published as soon as the socket is asked for, before `connect`
 * @property {boolean} announcesUdpClose UDP: the end of the socket is published as that of a connection
 * @property {(hadError: boolean, socket: any) => unknown} closeArgument what the server's `close` handlers get
 * @property {(handler: unknown) => Error} refusedHandler what `on` and `off` throw for something that is no handler
 */

/**
 * node-ipc 9.2.1, the CommonJS generation.
 * @type {Profile}
 */
const P9 = {
  name: 'P9',
  socketRoot: '/tmp/',
  of: () => ({}),
  payload: classicPayload,
  noDelay: false,
  connectsBeforeHandshake: true,
  decodesData: true,
  reportsPressure: false,
  copiesPeerId: () => true,
  keepsHandlers: true,
  releasesPerFrame: false,
  // As documented: true stops at once, a number limits the retries after each disconnect, false leaves it to maxRetries.
  stopsRetrying: ({ stopRetrying }, retries) =>
    typeof stopRetrying === 'number' ? retries >= stopRetrying : Boolean(stopRetrying),
  startArgument: () => undefined,
  startsBeforeBound: true,
  announcesUdpClose: true,
  closeArgument: (hadError) => hadError,
  refusedHandler: (handler) =>
    handler
      ? new TypeError('the handler is not a function.')
      : new ReferenceError(
          'handler not defined. To remove every handler of an event, pass "*" as the handler.'
        )
}

/**
 * node-ipc 14.0.0, the generation of parsers; more of it is in v14/.
 * @type {Profile}
 */
const P14 = {
  name: 'P14',
  connectsBeforeHandshake: false,
  startsBeforeBound: false,
  announcesUdpClose: false,
  // Not a constant: v14/config.js finds the directory of the user.
  socketRoot: '',
  of: () => Object.create(null),
  payload,
  noDelay: true,
  // v14 does: it depends on the parser.
  decodesData: false,
  reportsPressure: true,
  copiesPeerId: ({ identifyPeer }) => Boolean(identifyPeer),
  keepsHandlers: false,
  releasesPerFrame: true,
  stopsRetrying: ({ stopRetrying }) => Boolean(stopRetrying),
  startArgument: (listener) => listener,
  closeArgument: (hadError, socket) => socket,
  refusedHandler: () => new TypeError('the handler is not a function')
}

module.exports = { P9, P14 }
