'use strict'

const test = require('ava')
const { instance, connect } = require('./support')
const { local } = require('../common/places')

/** Registers one test for each kind of pub/sub object; neither is connected to anything. */
function eachTarget(title, body) {
  test(`${title}, server`, async (t) => {
    const ipc = instance(t)
    ipc.serve((await local(t)).path)
    await body(t, ipc.server)
  })
  test(`${title}, client`, async (t) => {
    const ipc = instance(t, { maxRetries: 0 })
    await body(t, connect(ipc, await local(t)))
  })
}

eachTarget('NI-40: on, once, off and publish return the object', (t, target) => {
  const handler = () => {}
  for (const name of ['on', 'subscribe', 'once']) t.is(target[name]('a', handler), target, name)
  for (const name of ['publish', 'trigger']) {
    t.is(target[name]('a'), target, name)
    t.is(target[name]('nobody listens'), target, name)
  }
  for (const name of ['off', 'unSubscribe']) {
    t.is(target[name]('a', handler), target, name)
    t.is(target[name]('never', handler), target, name)
  }
})

eachTarget('NI-40: publish calls the handlers in order with all arguments', (t, target) => {
  const calls = []
  target.on('a', function (...args) {
    calls.push([1, this === target, ...args])
  })
  target.subscribe('a', (...args) => calls.push([2, ...args]))
  target.on('b', () => t.fail('another type'))
  target.publish('a', 1, null, undefined)
  target.trigger('a')
  t.deepEqual(calls, [[1, true, 1, null, undefined], [2, 1, null, undefined], [1, true], [2]])
})

eachTarget('NI-40: the same handler twice is called twice, off removes every copy', (t, target) => {
  let calls = 0
  const handler = () => calls++
  target.on('a', handler).on('a', handler).on('b', handler)
  target.publish('a')
  t.is(calls, 2)
  target.off('a', handler)
  target.publish('a')
  t.is(calls, 2)
  target.publish('b')
  t.is(calls, 3)
})

eachTarget("NI-40: off(type, '*') removes all handlers of that type", (t, target) => {
  const calls = []
  target.on('a', () => calls.push('a1')).on('a', () => calls.push('a2'))
  target.on('b', () => calls.push('b'))
  target.off('a', '*')
  target.publish('a').publish('b')
  t.deepEqual(calls, ['b'])
  target.on('a', () => calls.push('a3'))
  target.publish('a')
  t.deepEqual(calls, ['b', 'a3'])
})

eachTarget('NI-40: _events_ shows the handlers', (t, target) => {
  const handler = () => {}
  target.on('a', handler).on('a', handler)
  t.deepEqual([...target._events_.a], [handler, handler])
  target.off('a', handler)
  t.false('a' in target._events_)
})

eachTarget('NI-40: a handler added during a dispatch waits for the next one', (t, target) => {
  const calls = []
  target.on('a', () => {
    calls.push('first')
    if (calls.length === 1) target.on('a', () => calls.push('added'))
  })
  target.publish('a')
  t.deepEqual(calls, ['first'])
  target.publish('a')
  t.deepEqual(calls, ['first', 'first', 'added'])
})

eachTarget('NI-40: an exception goes to the publisher, later handlers are skipped', (t, target) => {
  const calls = []
  target.on('a', () => {
    throw new Error('mine')
  })
  target.on('a', () => calls.push('later'))
  t.throws(() => target.publish('a'), { message: 'mine' })
  t.deepEqual(calls, [])
})

eachTarget('NI-40: removing a handler during a dispatch skips no other', (t, target) => {
  const calls = []
  const own = () => {
    calls.push('own')
    target.off('a', own)
  }
  target.on('a', own)
  target.on('a', () => calls.push('second'))
  target.publish('a').publish('a')
  t.deepEqual(calls, ['own', 'second', 'second'])
})

eachTarget('NI-40: a nested dispatch does not disturb the outer one', (t, target) => {
  const calls = []
  target.on('a', (depth) => {
    calls.push(['first', depth])
    if (depth < 2) target.publish('a', depth + 1)
  })
  target.on('a', (depth) => calls.push(['second', depth]))
  target.publish('a', 1)
  t.deepEqual(calls, [
    ['first', 1],
    ['first', 2],
    ['second', 2],
    ['second', 1]
  ])
})

eachTarget('NI-40: names of Object.prototype are types like any other', (t, target) => {
  for (const type of ['constructor', 'toString', '__proto__', 'hasOwnProperty']) {
    const calls = []
    const handler = (...args) => calls.push(args)
    target.publish(type, 0)
    target.on(type, handler).publish(type, 1)
    target.off(type, handler).publish(type, 2)
    target.once(type, handler).publish(type, 3).publish(type, 4)
    target.on(type, handler).off(type, '*').publish(type, 5)
    t.deepEqual(calls, [[1], [3]], type)
  }
})

eachTarget('NI-41: once is called once', (t, target) => {
  const calls = []
  target.once('a', (data) => calls.push(data))
  target.on('b', (data) => calls.push(data), true)
  target.publish('a', 1).publish('a', 2).publish('b', 3).publish('b', 4)
  t.deepEqual(calls, [1, 3])
})

eachTarget('NI-41: once for A and on for B still gets every B', (t, target) => {
  const calls = []
  const handler = (data) => calls.push(data)
  target.once('A', handler)
  target.on('B', handler)
  target.publish('A', 'a1').publish('B', 'b1').publish('B', 'b2').publish('A', 'a2').publish('B', 'b3')
  t.deepEqual(calls, ['a1', 'b1', 'b2', 'b3'])
})

eachTarget('NI-41: off removes a handler registered with once', (t, target) => {
  const handler = () => t.fail('called')
  target.once('a', handler).off('a', handler).publish('a')
  t.pass()
})

eachTarget('NI-42: on without a handler throws a ReferenceError', (t, target) => {
  for (const name of ['on', 'once', 'subscribe']) {
    t.throws(() => target[name]('a'), { instanceOf: ReferenceError })
    t.throws(() => target[name]('a', null), { instanceOf: ReferenceError })
  }
})

eachTarget('NI-42: off without a handler throws a ReferenceError if the type has handlers', (t, target) => {
  t.is(target.off('a'), target)
  target.on('a', () => {})
  t.throws(() => target.off('a'), { instanceOf: ReferenceError })
})
