'use strict'

/* global jest */

const { afterEach, test } = require('@jest/globals')
const { DIALECTS, fails, resets, talks } = require('../checks')

afterEach(() => jest.resetModules())

for (const dialect of Object.keys(DIALECTS)) {
  test(`${dialect}: a conversation`, () => talks(dialect, require(dialect)))
  test(`${dialect}: an error`, () => fails(dialect, require(dialect)))

  test(`${dialect}: jest.resetModules, 50 times`, () =>
    resets(dialect, () => {
      jest.resetModules()
      return require(dialect)
    }))

  test(`${dialect}: jest.isolateModules, 50 times`, () =>
    resets(dialect, () => {
      let module
      jest.isolateModules(() => (module = require(dialect)))
      return module
    }))
}
