'use strict'

/** Something the user has to know and can change: printed without a stack. */
class Problem extends Error {
  constructor(file, message) {
    super(file === undefined ? message : `${file}: ${message}`)
    this.name = 'Problem'
  }
}

module.exports = { Problem }
