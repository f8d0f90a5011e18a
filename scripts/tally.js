'use strict'

const { stripVTControlCharacters } = require('node:util')
const { avaFailures, cargoFailures, describe } = require('./failures')

/** Reads what a test runner says about itself and adds it up. */
class Tally {
  passed = 0
  failed = 0
  failures = []

  add(passed, failed) {
    this.passed += passed
    this.failed += failed
  }

  /** Counts the `test result:` lines of cargo, one a test binary. */
  addCargo({ ok, output }) {
    const text = stripVTControlCharacters(output)
    const lines = [...text.matchAll(/^test result: .* (\d+) passed; (\d+) failed;/gm)]
    this.#addRun(ok, sum(lines, 1), sum(lines, 2), 'cargo', cargoFailures(text))
  }

  /** Counts the summary of ava. What failed outside a test (an uncaught exception, a crash) is a failure. */
  addAva({ ok, output }, where = 'ava') {
    const text = stripVTControlCharacters(output)
    const count = (what) => sum([...text.matchAll(new RegExp(`^\\s*(\\d+) ${what}$`, 'gm'))], 1)
    const failed = count('(?:tests?|hooks?) failed') + count('(?:uncaught exceptions?|unhandled rejections?)')
    // The summary of a run that failed leaves out what passed; each test's own line does not.
    const passed = [...text.matchAll(/^ *[✔√] /gm)].length
    this.#addRun(ok, Math.max(passed, count('tests? passed')), failed, where, avaFailures(text))
  }

  // A runner that died before its summary has failed although it counted nothing.
  #addRun(ok, passed, failed, where, failures) {
    this.add(passed, ok ? failed : Math.max(failed, 1))
    if (ok) return
    if (failures.length === 0) failures = [{ title: 'ended without saying what failed', details: [] }]
    this.failures.push(...failures.map((failure) => describe(where, failure)))
  }

  toString() {
    return `${this.passed} passed, ${this.failed} failed`
  }
}

function sum(matches, group) {
  return matches.reduce((total, match) => total + Number(match[group]), 0)
}

module.exports = { Tally }
