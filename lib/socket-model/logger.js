'use strict'

const { inspect } = require('node:util')

const LEVELS = ['all', 'trace', 'debug', 'info', 'warn', 'error', 'fatal']

/** Local time: `12:34:56.789`. */
const time = (now = new Date()) => new Date(now - now.getTimezoneOffset() * 60000).toISOString().slice(11, 23)

/** The log of programs that bring none: lines on the console, and what programs call on `options.log` of the original. */
exports.createLogger = function createLogger() {
  let threshold = LEVELS.indexOf('info')
  const shown = (level) => LEVELS.indexOf(level) >= threshold
  const logger = {
    setLevel: (level) => (threshold = LEVELS.indexOf(level)),
    getLevel: () => LEVELS[threshold],
    isDebug: () => shown('debug'),
    isInfo: () => shown('info')
  }
  for (const level of LEVELS) {
    logger[level] = (...items) => {
      if (!shown(level)) return
      const texts = items.map((item) => (typeof item === 'string' ? item : inspect(item)))
      console.log(`${time()} ${level.toUpperCase().padEnd(5)} ${texts.join('')}`)
    }
  }
  return logger
}
