'use strict'

const test = require('ava')
const { root } = require('./support')

const KINDS = { Server: root.Server, Client: root.Client }
const INVALID = [
  [undefined, 'Is empty'],
  [null, 'Is empty'],
  ['', 'Is empty'],
  [0, 'Is empty'],
  [false, 'Is empty'],
  [8000, 'Looks like a port'],
  ['8000', 'Looks like a port'],
  ['0', 'Looks like a port']
]

for (const [name, Kind] of Object.entries(KINDS)) {
  for (const [socketFile, reason] of INVALID) {
    const shown = typeof socketFile === 'string' ? `'${socketFile}'` : socketFile
    test(`SI-2: new ${name} with the socketFile ${shown} throws`, (t) => {
      const error = t.throws(() => new Kind({ socketFile }))
      t.is(error.message, `Invalid value for 'options.socketFile' (${socketFile}): ${reason}`)
      t.is(error.constructor, Error)
    })
  }

  test(`SI-2: new ${name} with options without a socketFile throws`, (t) => {
    t.throws(() => new Kind({}), {
      message: "Invalid value for 'options.socketFile' (undefined): Is empty"
    })
  })

  test(`SI-2: new ${name} without options throws a TypeError`, (t) => {
    t.throws(() => new Kind(), { instanceOf: TypeError })
  })

  test(`SI-2: new ${name} keeps the path`, (t) => {
    for (const socketFile of ['/tmp/x.sock', 'x', '8000.sock', '-1']) {
      t.is(new Kind({ socketFile })._socketFile, socketFile)
    }
  })
}

const client = (options) => new root.Client({ socketFile: 'x', ...options })
const fixed = (delay) => ({ min: delay, max: delay })

test('SI-15: the delays are 1000 ms by default', (t) => {
  for (const nothing of [
    {},
    { retryDelay: undefined, reconnectDelay: null },
    { retryDelay: 0, reconnectDelay: 0 }
  ]) {
    const { _retryDelay, _reconnectDelay } = client(nothing)
    t.deepEqual(_retryDelay, fixed(1000))
    t.deepEqual(_reconnectDelay, fixed(1000))
  }
})

test('SI-15: an integer is a fixed delay', (t) => {
  const { _retryDelay, _reconnectDelay } = client({ retryDelay: 5, reconnectDelay: 7 })
  t.deepEqual([_retryDelay, _reconnectDelay], [fixed(5), fixed(7)])
})

test('SI-15: an object is a range; the members it lacks are 1000 ms of retryDelay, 100 ms of reconnectDelay', (t) => {
  for (const delay of [{}, { other: 1 }, 1.5]) {
    const { _retryDelay, _reconnectDelay } = client({ retryDelay: delay, reconnectDelay: delay })
    t.deepEqual([_retryDelay, _reconnectDelay], [fixed(1000), fixed(100)])
  }
  const { _retryDelay, _reconnectDelay } = client({ retryDelay: { min: 5 }, reconnectDelay: { max: 700 } })
  t.deepEqual(
    [_retryDelay, _reconnectDelay],
    [
      { min: 5, max: 1000 },
      { min: 100, max: 700 }
    ]
  )
})
