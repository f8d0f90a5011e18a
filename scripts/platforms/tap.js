'use strict'

/** What ava says of a run by TAP. */
class Tap {
  passed = 0
  failed = 0
  /** Those of the passed that say which transport they are about. */
  local = 0
  tcp = 0
  failures = ''

  /** @param {string} text */
  constructor(text) {
    let failing = false
    for (const line of text.split(/\r?\n/)) {
      const [, not, title] = /^(not )?ok \d+ - (.*)$/.exec(line) ?? []
      if (title !== undefined) {
        failing = Boolean(not)
        if (failing) this.failed++
        else this.#pass(title)
      }
      if (failing) this.failures += `${line}\n`
    }
  }

  #pass(title) {
    this.passed++
    if (/\blocal\b/.test(title)) this.local++
    if (/\bTCP\b/.test(title)) this.tcp++
  }
}

module.exports = { Tap }
