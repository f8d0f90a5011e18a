'use strict'

/** Where to connect and listen: arguments checked, host names resolved as Node itself does. */

const dns = require('node:dns')
const fs = require('node:fs')
const { isIP } = require('node:net')

const { argumentTypeError, ipError, portError } = require('./errors')

/** The longest local path, in bytes; the operating system's limit. */
const PATH_MAX = process.platform === 'darwin' ? 104 : 108

/** The path last warned about. */
let lastCut

/** A port by Node's rules: a number or a string of one. */
exports.checkPort = function checkPort(port, name = 'options.port') {
  const number = typeof port === 'string' && port.trim() !== '' ? Number(port) : port
  if (typeof number !== 'number' || !Number.isInteger(number) || number < 0 || number > 65535)
    throw portError(port, name)
  return number
}

/**
 * Whether something may be at a path, which what listens at a longer one has cut to the limit. On Windows only connecting
 * tells: to look at a pipe is to take the place of a client there.
 * @param {string} path
 */
exports.isTaken = function isTaken(path) {
  return process.platform === 'win32' || fs.existsSync(Buffer.from(path).subarray(0, PATH_MAX))
}

/** Original peers cut a long path silently; this one meets them at the same name, but says so. */
exports.checkPath = function checkPath(path) {
  if (typeof path !== 'string') throw argumentTypeError('path', 'of type string', path)
  const length = Buffer.byteLength(path)
  if (length > PATH_MAX && process.platform !== 'win32' && path !== lastCut) {
    // A client that retries would repeat it with every attempt.
    lastCut = path
    const detail = `${length} bytes, the operating system takes ${PATH_MAX}: ${path}`
    process.emitWarning(`The socket path is too long and is cut: ${detail}`, {
      code: 'NAPI_IPC_PATH_TRUNCATED'
    })
  }
  return path
}

/**
 * Calls back with the IP addresses of `host`, never synchronously for a name. `family`, `hints` and a `lookup` function
 * are those of `net.connect`.
 */
exports.resolve = function resolve(host, { family, hints, lookup } = {}, callback) {
  if (isIP(host)) {
    callback(null, [host])
    return
  }
  const options = { family: family || 0, hints: hints || 0, all: true }
  const find = lookup || dns.lookup
  find(host, options, (error, found) => {
    if (error) {
      callback(error)
      return
    }
    // A lookup of the user's may answer with a single address, whatever it was asked, or with none.
    const list = Array.isArray(found) ? found.map((entry) => entry?.address) : [found]
    const odd = list.findIndex((ip) => !isIP(ip))
    if (list.length === 0 || odd !== -1) callback(ipError(list[odd]))
    else callback(null, list)
  })
}
