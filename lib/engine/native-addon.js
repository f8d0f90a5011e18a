'use strict'

/** The addon, and which data path it is to use here. */

/** @throws NoBinaryError if there is none for this machine */
function load() {
  let found
  try {
    found = require('./native.js')
  } catch (error) {
    throw refuse(error)
  }
  // A path somebody gave may lead to another addon.
  if (typeof found.Engine !== 'function')
    throw refuse(new Error('what was loaded is not the engine of this package'))
  return found
}

function refuse(error) {
  // Loaded here, because every start pays for what is loaded.
  const { NoBinaryError } = require('./no-binary')
  return new NoBinaryError(error)
}

const addon = load()

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

/** Deno now and then forgets a call of the background thread: it looks whether there is one before it waits for one. */
const forgetsCalls = () => process.versions.deno !== undefined

exports.addon = addon
exports.forgetsCalls = forgetsCalls
exports.wantsLoop = wantsLoop
