'use strict'

const util = require('node:util')

/**
 * `ipc.log`, shared as a method by instances, clients and servers, each of which has the config.
 * Nothing is put together while `silent` is set, so calls can stay where they are.
 * @this {{ config: any }}
 * @param {...unknown} args
 */
function log(...args) {
  const { silent, logDepth, logInColor, logger } = this.config
  if (silent) return
  const inspect = { depth: logDepth, colors: logInColor }
  logger(args.map((arg) => (typeof arg === 'object' ? util.inspect(arg, inspect) : arg)).join(' '))
}

module.exports = { log }
