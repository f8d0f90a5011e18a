'use strict'

const test = require('ava')
const { root, socket } = require('./support')
const { Recorder } = require('../common/events')

/** Adds a listener for each name that records the name it was added for. */
function hear(target, ...names) {
  const log = new Recorder()
  for (const name of names) target.on(name, () => log.add(String(name)))
  return log
}

test('NS-30: another type throws, from the constructor', (t) => {
  for (const type of ['tcp6', 'udp4', 'unix', 5]) {
    t.throws(() => new root.NsSocket({ type }), { message: 'Bad Option Argument [type]' })
  }
  for (const type of ['tcp4', 'tls', undefined, null, '']) t.notThrows(() => new root.NsSocket({ type }))
})

test('NS-31: error without a listener throws, ["error"] does not', (t) => {
  const emitter = socket(t)
  const error = new RangeError('mine')
  t.is(
    t.throws(() => emitter.emit('error', error)),
    error
  )
  t.throws(() => emitter.emit('error', 'text'), { message: "Uncaught, unspecified 'error' event." })
  t.throws(() => emitter.emit('error'), { message: "Uncaught, unspecified 'error' event." })
  t.notThrows(() => emitter.emit(['error'], error))
  t.notThrows(() => emitter.emit('error::more', error))
})

test('NS-31: with a listener it does not throw; nor after that one has gone', (t) => {
  const emitter = socket(t)
  const seen = []
  emitter.once('error', (error) => seen.push(error))
  t.true(emitter.emit('error', 1))
  t.false(emitter.emit('error', new Error('unheard')))
  t.deepEqual(seen, [1])
  emitter.removeAllListeners()
  t.throws(() => emitter.emit('error', new Error('again')), { message: 'again' })
})

test('NS-31: with a listener for anything it does not throw', (t) => {
  const emitter = socket(t)
  const seen = []
  emitter.onAny((error) => seen.push(error))
  t.true(emitter.emit('error', 1))
  t.deepEqual(seen, [1])
})

test('NS-32: emit tells whether somebody listened, the others give the emitter', (t) => {
  const emitter = socket(t)
  const listener = () => {}
  t.false(emitter.emit('a'))
  t.is(emitter.on('a', listener), emitter)
  t.true(emitter.emit('a'))
  t.true(emitter.emit(['a']))
  t.false(emitter.emit('b'))
  t.is(emitter.off('a', listener), emitter)
  t.false(emitter.emit('a'))
  t.is(emitter.addListener('a', listener), emitter)
  t.is(emitter.removeListener('a', listener), emitter)
  t.is(emitter.once('a', listener), emitter)
  t.is(emitter.many('a', 2, listener), emitter)
  t.is(emitter.removeAllListeners('a'), emitter)
  t.is(emitter.removeAllListeners(), emitter)
  t.is(emitter.onAny(listener), emitter)
  t.true(emitter.emit('nobody'))
  t.is(emitter.offAny(listener), emitter)
  t.is(emitter.on(listener), emitter)
  t.deepEqual(emitter.listenersAny(), [listener])
})

test('NS-32: listeners that are no functions throw', (t) => {
  const emitter = socket(t)
  for (const method of ['on', 'once', 'off', 'addListener', 'removeListener'])
    t.throws(() => emitter[method]('a'))
  t.throws(() => emitter.many('a', 2))
  t.throws(() => emitter.onAny())
  t.throws(() => emitter.data('a'))
})

test('NS-32: many is called as often as it says', (t) => {
  const emitter = socket(t)
  const seen = []
  emitter.many('a::*', 2, (payload) => seen.push(payload))
  for (let n = 1; n < 5; n++) emitter.emit('a::b', n)
  t.deepEqual(seen, [1, 2])
  const never = () => seen.push('never')
  emitter.many('a', 3, never)
  emitter.off('a', never)
  emitter.once('a', never)
  emitter.off('a', never)
  t.false(emitter.emit('a'))
})

test('NS-32: listeners gives those a name would reach', (t) => {
  const emitter = socket(t)
  const [exact, one, all] = [() => {}, () => {}, () => {}]
  emitter.on(['data', '**'], all)
  emitter.on('data::*', one)
  emitter.on('data::a', exact)
  t.deepEqual(emitter.listeners('data::a'), [exact, one, all])
  t.deepEqual(emitter.listeners(['data', 'b']), [one, all])
  t.deepEqual(emitter.listeners('data'), [all])
  t.deepEqual(emitter.listeners('other'), [])
})

test('names: strings are split, arrays are taken as they are', (t) => {
  const emitter = socket(t)
  const log = hear(emitter, 'a::b', ['a', 'c'], ['a::b'])
  t.true(emitter.emit(['a', 'b']))
  t.true(emitter.emit('a::c'))
  t.true(emitter.emit(['a::b']))
  t.deepEqual(log.types, ['a::b', 'a,c', 'a::b'])
})

test('wildcards of listeners', (t) => {
  const emitter = socket(t)
  const names = ['**', 'a::**', 'a::*', 'a::**::c', '*::b', 'a::*::c', 'a::b']
  const log = hear(emitter, ...names)
  const reach = (name) => {
    log.forget()
    emitter.emit(name)
    return log.types
  }
  t.deepEqual(reach('a::b'), ['a::b', 'a::*', 'a::**', '*::b', '**'])
  t.deepEqual(reach('a'), ['a::**', '**'])
  t.deepEqual(reach('a::b::c'), ['a::*::c', 'a::**', 'a::**::c', '**'])
  t.deepEqual(reach('a::x::y::c'), ['a::**', 'a::**::c', '**'])
  t.deepEqual(reach('a::c'), ['a::*', 'a::**', 'a::**::c', '**'])
  t.deepEqual(reach('x::b'), ['*::b', '**'])
  t.deepEqual(reach('x'), ['**'])
})

test('two ** one after the other are refused silently', (t) => {
  const emitter = socket(t)
  const log = hear(emitter, 'a::**::**')
  t.false(emitter.emit('a::b'))
  t.false(emitter.emit('a'))
  t.is(log.events.length, 0)
})

test('emitted wildcards reach every listener they match', (t) => {
  const emitter = socket(t)
  const log = hear(emitter, 'a::b', 'a::c', 'a::b::c', 'd')
  const reach = (name) => {
    log.forget()
    emitter.emit(name)
    return log.types.sort()
  }
  t.deepEqual(reach('a::*'), ['a::b', 'a::c'])
  t.deepEqual(reach('*'), ['d'])
  t.deepEqual(reach('**'), ['a::b', 'a::b::c', 'a::c', 'd'])
  t.deepEqual(reach('*::b'), ['a::b'])
})

test('`this.event` is the name as it was emitted, `this` the socket, arguments all there are', (t) => {
  const emitter = socket(t)
  const seen = []
  const note = function (...args) {
    seen.push([this === emitter, this.event, ...args])
  }
  emitter.onAny(note)
  emitter.on('a::*', note)
  const array = ['a', 'b']
  emitter.emit(array, 1, 2, 3, 4)
  emitter.emit('a::b')
  t.deepEqual(seen, [
    [true, array, 1, 2, 3, 4],
    [true, array, 1, 2, 3, 4],
    [true, 'a::b'],
    [true, 'a::b']
  ])
})

test('the event is right again after a handler has emitted another', (t) => {
  const emitter = socket(t)
  const seen = []
  emitter.on('inner', () => {})
  emitter.on('outer', () => emitter.emit('inner'))
  emitter.on('outer', function () {
    seen.push(this.event)
  })
  emitter.emit('outer')
  t.deepEqual(seen, ['outer'])
})

test('a dispatch works on the listeners of its beginning', (t) => {
  const emitter = socket(t)
  const log = new Recorder()
  const last = () => log.add('last')
  emitter.on('a', () => {
    log.add('first')
    emitter.off('a', last)
    emitter.on('a', () => log.add('new'))
  })
  emitter.on('a', last)
  emitter.emit('a')
  t.deepEqual(log.types, ['first', 'last'])
  emitter.emit('a')
  t.deepEqual(log.types, ['first', 'last', 'first', 'new'])
})

test('removeAllListeners of a name leaves the others', (t) => {
  const emitter = socket(t)
  const log = hear(emitter, 'a', 'a::b', 'c')
  emitter.removeAllListeners('a')
  t.false(emitter.emit('a'))
  emitter.emit('a::b')
  emitter.emit('c')
  t.deepEqual(log.types, ['a::b', 'c'])
  emitter.removeAllListeners(['a', 'b'])
  t.false(emitter.emit('a::b'))
})

test('thousands of names of one use leave nothing in the tree (unlike the original)', (t) => {
  const emitter = socket(t)
  for (let n = 0; n < 5000; n++) emitter.dataOnce(['reply', n + 1], () => {})
  for (let n = 0; n < 5000; n++) t.true(emitter.emit(['data', 'reply', n + 1]))
  t.deepEqual(Object.keys(emitter.listenerTree), [])
})

test('segments that are no strings match their string form', (t) => {
  const emitter = socket(t)
  const log = hear(emitter, 'a::1')
  t.true(emitter.emit(['a', 1]))
  t.is(log.events.length, 1)
})

test.serial('too many listeners are one warning on stderr', async (t) => {
  const emitter = socket(t, { maxListeners: 3 })
  const warnings = []
  const { write } = process.stderr
  process.stderr.write = (text, ...rest) => {
    if (String(text).includes('possible EventEmitter memory')) warnings.push(String(text))
    return warnings.length > 0 || write.call(process.stderr, text, ...rest)
  }
  t.teardown(() => (process.stderr.write = write))
  const { emitWarning } = process
  t.teardown(() => (process.emitWarning = emitWarning))
  process.emitWarning = (warning) => warnings.push(String(warning))
  const log = new Recorder()
  for (let n = 0; n < 5; n++) emitter.on('a', () => log.add('a'))
  for (let n = 0; n < 3; n++) emitter.on('b', () => {})
  emitter.emit('a')
  await new Promise((resolve) => setImmediate(resolve))
  t.is(log.events.length, 5)
  t.is(warnings.length, 1)
  t.regex(warnings[0], /4 listeners added/)
})
