'use strict'

const tls = require('node:tls')
const engine = require('../engine')

/** How a socket with these options is read and written. */
function protocol({ type, decode, binary, ...options }) {
  if (type && type !== 'tcp4' && type !== 'tls') throw new Error('Bad Option Argument [type]')
  const json = (decode || JSON.parse) === JSON.parse
  // What is not JSON may end with a carriage return of its own, which a line would lose.
  const framing = json ? { mode: 'line' } : { mode: 'delimiter', delimiter: '\n' }
  const codec = json ? 'json' : binary ? 'bytes' : 'text'
  return { ...options, noDelay: Boolean(options.noDelay), framing, codec }
}

/** How messages begin, by name: a name is quoted once, and not for every message. */
const heads = new Map()

function head(name) {
  if (heads.size > 255) heads.clear() // names made up for one message (`reply::17`) must not pile up
  heads.set(name, JSON.stringify(name.split('::')).slice(0, -1) + ',')
  return heads.get(name)
}

/** The message for an event: JSON.stringify([...event, data]), unless the socket encodes otherwise. */
function encode(ns, event, data) {
  const array = Array.isArray(data)
  if (typeof event === 'string') {
    // What has a form of its own in JSON may ask where it is: in an array.
    const alone = !array && (typeof data !== 'object' || data === null || data.toJSON === undefined)
    if (alone && event.length < 65 && ns._delimiter === '::' && ns._encode === JSON.stringify) {
      return (heads.get(event) ?? head(event)) + (JSON.stringify(data) ?? null) + ']'
    }
    event = event.split(ns._delimiter)
  }
  // An array is taken apart: so it goes over the wire, and peers rely on it.
  return ns._encode(array && !ns._options.nestArrays ? [...event, ...data] : [...event, data])
}

/** Starts to connect. Gives the connection, or what frames its stream; the link is told of everything. */
function dial(options, address, link) {
  if (options.type === 'tls') return frame(tls.connect({ ...options, path: undefined, ...address }), link)
  return engine.connect(address, link.protocol, link)
}

/** Frames a stream of Node's or of the user's. */
function frame(stream, link) {
  const framed = new engine.Foreign(stream, link.protocol, link)
  stream.on(stream.encrypted ? 'secureConnect' : 'connect', () => link.opened(framed))
  return framed
}

module.exports = { dial, encode, frame, protocol }
