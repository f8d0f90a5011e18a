'use strict'

/**
 * The path, if it is one. Digits would be taken for a port by Node's own `listen` and `connect`.
 * @param {unknown} socketFile
 * @throws {Error} in the words of the original
 */
function checkSocketFile(socketFile) {
  const reason = !socketFile ? 'Is empty' : /^\d+$/.test(socketFile) ? 'Looks like a port' : undefined
  if (reason) throw new Error(`Invalid value for 'options.socketFile' (${socketFile}): ${reason}`)
  return socketFile
}

/**
 * A delay as a range, from which each delay is chosen at random, both ends included.
 * @param {any} option an integer, or an object with `min` and `max`
 * @param {number} fallback ms, if there is no option
 * @param {number} missing ms, for the members that an object lacks
 */
function delayRange(option, fallback, missing) {
  const delay = option || fallback
  if (Number.isInteger(delay)) return { min: delay, max: delay }
  return { min: delay.min || missing, max: delay.max || missing }
}

module.exports = { checkSocketFile, delayRange }
