'use strict'

const util = require('node:util')

const LEVELS = ['all', 'trace', 'debug', 'info', 'warn', 'error', 'fatal']

/** @param {any} item */
function text(item) {
  if (typeof item === 'string') return item
  return item instanceof Error ? item.stack || item.message : util.inspect(item)
}

/** @param {Date} now */
function time(now) {
  const digits = (/** @type {number} */ number, length = 2) => String(number).padStart(length, '0')
  const [hours, minutes, seconds] = [now.getHours(), now.getMinutes(), now.getSeconds()].map((n) => digits(n))
  return `${hours}:${minutes}:${seconds}.${digits(now.getMilliseconds(), 3)}`
}

/**
 * The log of programs that bring none: lines like `12:34:56.789 INFO  client connected` on the console. With the methods
 * of the logger that the original makes, as far as a program uses them on `options.log`.
 * @param {string} [initial] what is less grave is not shown
 */
function createLogger(initial = 'info') {
  let threshold = LEVELS.indexOf(initial)
  /** @type {any} */
  const logger = {
    /** @param {string} level */
    setLevel(level) {
      threshold = LEVELS.indexOf(level)
    },
    getLevel: () => LEVELS[threshold],
    isDebug: () => threshold <= LEVELS.indexOf('debug'),
    isInfo: () => threshold <= LEVELS.indexOf('info')
  }
  LEVELS.forEach((level, index) => {
    const name = level.toUpperCase().padEnd(5)
    logger[level] = (/** @type {unknown[]} */ ...items) => {
      if (index >= threshold) console.log(`${time(new Date())} ${name} ${items.map(text).join('')}`)
    }
  })
  return logger
}

module.exports = { createLogger }
