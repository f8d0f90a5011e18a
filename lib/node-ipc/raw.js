'use strict'

/**
 * The bytes to send for what a program emits in raw mode. A Buffer is handed on as it is: the engine copies what it is
 * given, so a program may go on filling it. Whoever keeps the bytes for later has to copy them.
 * @param {any} value a string, a Buffer, a typed array or an array of byte numbers
 * @param {BufferEncoding} encoding for strings
 * @returns {Buffer}
 * @throws {TypeError} ERR_INVALID_ARG_TYPE for anything else
 */
function rawBytes(value, encoding) {
  if (typeof value === 'string') return Buffer.from(value, encoding)
  return Buffer.isBuffer(value) ? value : Buffer.from(value)
}

module.exports = { rawBytes }
