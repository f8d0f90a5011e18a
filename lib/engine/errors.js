'use strict'

/**
 * Errors as Node makes them, in this realm: `instanceof Error` holds where the native side would be a stranger (jest).
 */

const { getSystemErrorMap, inspect } = require('node:util')

const messages = getSystemErrorMap()
const numbers = new Map([...messages].map(([errno, [code]]) => [code, errno]))

function describe(errno) {
  return messages.get(errno) ?? ['UNKNOWN', 'unknown error']
}

function build(message, fields) {
  const error = new Error(message)
  // The engine's own frames say nothing about the cause.
  return Object.assign(error, fields)
}

function endpoint(address, port) {
  return port > 0 ? ` ${address}:${port}` : address ? ` ${address}` : ''
}

/** A call on a connection failed: `read ECONNRESET`. `errno` is negative, as everywhere in Node. */
exports.systemError = function systemError(errno, syscall) {
  const [code] = describe(errno)
  return build(`${syscall} ${code}`, { errno, code, syscall })
}

/** `connect ECONNREFUSED 127.0.0.1:8000`, `connect ENOENT /tmp/app.world` */
exports.connectError = function connectError(errno, address, port) {
  const [code] = describe(errno)
  const fields = { errno, code, syscall: 'connect', address }
  if (port) fields.port = port
  return build(`connect ${code}${endpoint(address, port)}`, fields)
}

/** All addresses of a host failed: as Node, an AggregateError with the first one's code. */
exports.connectErrors = function connectErrors(errors) {
  if (errors.length === 1) return errors[0]
  return Object.assign(new AggregateError(errors), { code: errors[0].code })
}

/** `listen EADDRINUSE: address already in use /tmp/app.world` */
exports.listenError = function listenError(errno, address, port) {
  const [code, reason] = describe(errno)
  const fields = { code, errno, syscall: 'listen', address }
  if (port) fields.port = port
  return build(`listen ${code}: ${reason}${endpoint(address, port)}`, fields)
}

/** `send EMSGSIZE 127.0.0.1:8000`, `bind EADDRINUSE 127.0.0.1:8000`; `errno` may be given by its name. */
exports.datagramError = function datagramError(errno, syscall, address, port, detail, fields) {
  const number = typeof errno === 'string' ? (numbers.get(errno) ?? -1) : errno
  const [code] = typeof errno === 'string' ? [errno] : describe(errno)
  const where = address === undefined ? {} : { address, port }
  const message = `${syscall} ${code}${endpoint(address, port)}${detail ? `: ${detail}` : ''}`
  return build(message, { errno: number, code, syscall, ...where, ...fields })
}

/** An error of the engine or of Node's own vocabulary: `code` tells them apart. */
exports.codedError = function codedError(Base, code, message, fields) {
  const error = new Base(message)
  error.code = code
  return Object.assign(error, fields)
}

/**
 * A module reset (jest) makes further copies of a class: from now on each of them knows the errors of the others, by `sign`.
 *
 * @param {Function} Class
 * @param {string} sign the same for all copies, and no other class's
 */
exports.knownBy = function knownBy(Class, sign) {
  const mark = Symbol.for(`napi-ipc/${sign}`)
  Object.defineProperty(Class.prototype, mark, { value: true })
  Object.defineProperty(Class, Symbol.hasInstance, {
    value(error) {
      // Of the user's own class that extends this one.
      if (this !== Class) return Function.prototype[Symbol.hasInstance].call(this, error)
      return typeof error === 'object' && error !== null && mark in error
    }
  })
}

/** The argument `name` is of a wrong type; Node's `ERR_INVALID_ARG_TYPE`. */
exports.argumentTypeError = function argumentTypeError(name, expected, value) {
  const message = `The "${name}" argument must be ${expected}. Received ${received(value)}`
  return exports.codedError(TypeError, 'ERR_INVALID_ARG_TYPE', message)
}

/** `port` is none; Node's `ERR_SOCKET_BAD_PORT`. */
exports.portError = function portError(port, name) {
  const message = `${name} should be >= 0 and < 65536. Received ${received(port)}.`
  return exports.codedError(RangeError, 'ERR_SOCKET_BAD_PORT', message)
}

/** A lookup gave `ip`, which is none; Node's `ERR_INVALID_IP_ADDRESS`. */
exports.ipError = function ipError(ip) {
  return exports.codedError(TypeError, 'ERR_INVALID_IP_ADDRESS', `Invalid IP address: ${ip}`)
}

/** A value as Node's messages describe it. */
function received(value) {
  if (value === null || value === undefined) return String(value)
  if (typeof value === 'function') return `function ${value.name}`
  if (typeof value === 'object')
    return value.constructor?.name
      ? `an instance of ${value.constructor.name}`
      : inspect(value, { depth: -1 })
  return `type ${typeof value} (${inspect(value, { colors: false })})`
}
