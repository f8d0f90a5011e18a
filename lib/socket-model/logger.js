'use strict'

const { inspect } = require('node:util')

const LEVELS = ['all', 'trace', 'debug', 'info', 'warn', 'error', 'fatal']

/** The log of programs that bring none: lines on the console, and what programs call on `options.log` of the original. */
exports.createLogger = function createLogger() {
  let threshold = LEVELS.indexOf('info')
  const logger = {
    setLevel: (level) => void (threshold = LEVELS.indexOf(level)),
    getLevel: () => LEVELS[threshold],
    isDebug: () => threshold <= LEVELS.indexOf('debug'),
    isInfo: () => threshold <= LEVELS.indexOf('info')
  }
  for (const [rank, level] of LEVELS.entries()) {
    logger[level] = (...items) => {
      if (rank < threshold) return
      const local = new Date(Date.now() - new Date().getTimezoneOffset() * 60000)
      const text = items.map((item) => (typeof item === 'string' ? item : inspect(item))).join('')
      console.log(`${local.toISOString().slice(11, 23)} ${level.toUpperCase().padEnd(5)} ${text}`)
    }
  }
  return logger
}
