'use strict'

const test = require('ava')
const { instance } = require('./support')

/** A pub/sub object: a server that never listens. */
function target(t) {
  const ipc = instance(t)
  ipc.serve('/nowhere')
  return ipc.server
}

test('NI-39: wildcard handlers get (type, ...args) before the typed ones, and the data as it is', (t) => {
  for (const args of [[undefined], ['text'], [[1, 2]], [{ a: { b: 1 } }], [], [1, 2, 3, 4]]) {
    const events = target(t)
    const seen = []
    events.on('x', (...got) => seen.push(['x', ...got]))
    events.on('*', (...got) => seen.push(['*', ...got]))
    const copy = structuredClone(args)
    events.publish('x', ...args)
    t.deepEqual(seen, [
      ['*', 'x', ...args],
      ['x', ...args]
    ])
    t.deepEqual(args, copy)
  }
})

test('NI-39: the wildcard is told once of an event named like it', (t) => {
  const events = target(t)
  const seen = []
  events.on('*', (...got) => seen.push(got)).publish('*', 1)
  t.deepEqual(seen, [['*', 1]])
})

test('`this` of handlers is undefined', (t) => {
  const events = target(t)
  const seen = []
  function handler() {
    seen.push(this)
  }
  events.on('*', handler).on('x', handler).once('x', handler).publish('x').publish('x', 1, 2, 3, 4)
  t.deepEqual(seen, [undefined, undefined, undefined, undefined, undefined])
})

test('NI-40: off', (t) => {
  const events = target(t)
  let calls = 0
  const count = () => calls++
  t.is(events.on('x', count), events)
  events.on('x', count).on('x', () => calls++)
  t.is(events.off('x', count), events)
  events.publish('x')
  t.is(calls, 1)
  for (const off of [() => events.off('x', '*'), () => events.off('x')]) {
    calls = 0
    events.on('x', count).on('y', count)
    off()
    events.publish('x')
    t.is(calls, 0)
    events.publish('y').off('y')
  }
  calls = 0
  events.on('*', count).on('*', () => calls++)
  events.off().publish('z')
  t.is(calls, 0)
  t.is(events.off('never', 5), events)
})

test('NI-41: once is of the registration and removed before the call', (t) => {
  const events = target(t)
  const seen = []
  const handler = (data) => {
    seen.push(data)
    if (seen.length < 3) events.publish('a', 'nested')
  }
  events.once('a', handler).on('b', handler)
  events.publish('a', 1).publish('a', 2).publish('b', 3).publish('b', 4)
  t.deepEqual(seen, [1, 3, 4])
})

test('NI-42: arguments of the wrong type throw', (t) => {
  const events = target(t)
  const refused = [
    () => events.on(),
    () => events.on('x'),
    () => events.on('x', 5),
    () => events.on(5, () => {}),
    () => events.on(Symbol('x'), () => {}),
    () => events.on('x', () => {}, 1),
    () => events.once('x'),
    () => events.off(5),
    () => events.publish(5),
    () => events.publish()
  ]
  for (const call of refused) t.throws(call, { instanceOf: TypeError }, String(call))
  events.on('x', () => {})
  t.throws(() => events.off('x', 5), { instanceOf: TypeError })
})

test('NI-43: reset removes all handlers, list is a copy', (t) => {
  const events = target(t)
  const [f, g] = [() => {}, () => {}]
  events.on('a', f).on('a', g).once('b', f).on('*', g).on('__proto__', f)
  const { list } = events
  t.is(Object.getPrototypeOf(list), null)
  t.deepEqual(Reflect.ownKeys(list), ['a', 'b', '__proto__', Symbol.for('event-pubsub-all')])
  t.deepEqual(list.a, [f, g])
  t.deepEqual(list[Symbol.for('event-pubsub-all')], [g])
  list.a.pop()
  t.deepEqual(events.list.a, [f, g])
  t.is(events.reset(), events)
  t.deepEqual(Reflect.ownKeys(events.list), [])
})

test('what is added by a handler is called for the same event', (t) => {
  const events = target(t)
  const seen = []
  events.once('x', () => {
    seen.push(1)
    events.on('x', () => seen.push('added'))
  })
  events.on('x', () => seen.push(2))
  events.publish('x')
  t.deepEqual(seen, [1, 2, 'added'])
  seen.length = 0
  events.reset().once('*', () => events.on('y', () => seen.push('by the wildcard')))
  events.publish('y')
  t.deepEqual(seen, ['by the wildcard'])
  seen.length = 0
  events.reset().on('z', () => {
    if (seen.push('alone') < 3) events.on('z', () => seen.push('next'))
  })
  events.publish('z')
  t.deepEqual(seen, ['alone', 'next'])
})

test('removing a handler in a dispatch skips that one and no other', (t) => {
  const events = target(t)
  const seen = []
  const self = () => {
    seen.push('self')
    events.off('x', self)
  }
  const removed = () => seen.push('removed')
  events.on('x', self)
  events.on('x', () => {
    seen.push(2)
    events.off('x', removed)
  })
  events.on('x', removed).on('x', () => seen.push(4))
  events.publish('x')
  t.deepEqual(seen, ['self', 2, 4])
  seen.length = 0
  events.publish('x')
  t.deepEqual(seen, [2, 4])
})

test('removing all handlers of a type lets a dispatch of it finish', (t) => {
  const events = target(t)
  const seen = []
  events.on('x', () => {
    seen.push(1)
    events.off('x')
    events.on('x', () => seen.push('new'))
  })
  events.on('x', () => seen.push(2))
  events.publish('x')
  t.deepEqual(seen, [1, 2])
  events.on('*', () => events.reset()).publish('x')
  t.deepEqual(seen, [1, 2])
})

test('a handler that throws ends the dispatch', (t) => {
  const events = target(t)
  let calls = 0
  events.on('x', () => {
    throw new Error('mine')
  })
  events.on('x', () => calls++)
  t.throws(() => events.publish('x'), { message: 'mine' })
  t.is(calls, 0)
})

test('NI-44: an unhandled error is none', (t) => {
  t.notThrows(() => target(t).publish('error', new Error('nobody listens')))
})
