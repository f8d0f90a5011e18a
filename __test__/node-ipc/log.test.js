'use strict'

const util = require('node:util')
const test = require('ava')
const { instance } = require('./support')

test('log: one joined string for the logger, objects inspected', (t) => {
  const lines = []
  const ipc = instance(t, {
    silent: false,
    logInColor: false,
    logDepth: 0,
    logger: (...args) => lines.push(args)
  })
  t.is(ipc.log('a', 1, null, undefined, { x: { y: 1 } }, ['s'], true), undefined)
  t.deepEqual(lines, [[`a 1 null  ${util.inspect({ x: { y: 1 } }, { depth: 0 })} [ 's' ] true`]])
})

test('log: colours as configured', (t) => {
  const lines = []
  const ipc = instance(t, { silent: false, logger: (line) => lines.push(line) })
  ipc.log({ x: 1 })
  t.deepEqual(lines, [util.inspect({ x: 1 }, { colors: true, depth: 5 })])
})

test('log: silent is looked at for each call', (t) => {
  const lines = []
  const ipc = instance(t, { silent: true, logger: (line) => lines.push(line) })
  ipc.log('unseen')
  ipc.config.silent = false
  ipc.log('seen')
  t.deepEqual(lines, ['seen'])
})
