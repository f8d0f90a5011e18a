'use strict'

/** The addon, and which data path it is to use here. */

const addon = require('./native.js')

/**
 * The data path by `NAPI_IPC_DATA_PATH` (`loop` or `worker`), else by runtime: Bun exports stubs of libuv that abort when
 * called, so finding the functions would not do.
 */
function wantsLoop() {
  const forced = process.env.NAPI_IPC_DATA_PATH
  if (forced === 'worker') return false
  const { node, bun, deno } = process.versions
  return node !== undefined && bun === undefined && deno === undefined
}

exports.addon = addon
exports.wantsLoop = wantsLoop
