'use strict'

const test = require('ava')
const { inherits } = require('node:util')
const { root, socket, pair, serve, at } = require('./support')
const { tcp, local } = require('../common/places')
const { next } = require('../common/events')

test('NS-1: the exports are NsSocket and createServer', (t) => {
  t.deepEqual(Object.keys(root).sort(), ['NsSocket', 'createServer'])
  for (const name of Object.keys(root)) {
    const { writable, value } = Object.getOwnPropertyDescriptor(root, name)
    t.true(writable)
    t.is(typeof value, 'function')
  }
})

test('NS-1: NsSocket works without new', (t) => {
  const options = { delimiter: '.' }
  const made = root.NsSocket(options)
  t.true(made instanceof root.NsSocket)
  t.is(made._options, options)
  t.is(made._delimiter, '.')
})

test('NS-1: a subclass by util.inherits works', async (t) => {
  function Named(name, options) {
    root.NsSocket.call(this, options)
    this.name = name
  }
  inherits(Named, root.NsSocket)
  Named.prototype.greet = function (callback) {
    this.send('greeting', this.name, callback)
  }
  const address = await local(t)
  const { accepted } = await serve(t, address)
  const named = new Named('inherits', { delimiter: '/' })
  t.teardown(() => named.destroy())
  t.true(named instanceof root.NsSocket)
  named.connect(...at(address), function () {
    named.greet()
  })
  const [name] = await next(await accepted(), 'data::greeting')
  t.is(name, 'inherits')
})

test('NS-1: a subclass by class works, and its emit sees the events of the peer', async (t) => {
  class Named extends root.NsSocket {
    emitted = []

    constructor(name) {
      super({ reconnect: false })
      this.name = name
    }

    emit(type, ...args) {
      this.emitted.push([type, ...args])
      return super.emit(type, ...args)
    }
  }
  const address = await tcp()
  const { accepted } = await serve(t, address)
  const named = new Named('class')
  t.teardown(() => named.destroy())
  t.true(named instanceof root.NsSocket)
  const answered = next(named, 'data::*::answer')
  named.connect(...at(address))
  named.send('greeting', named.name)
  const inbound = await accepted()
  const [name] = await next(inbound, 'data::greeting')
  inbound.send('the::answer', name.length)
  t.deepEqual(await answered, [5])
  t.deepEqual(named.emitted.at(-1), [['data', 'the', 'answer'], 5])
})

test('NS-1: the properties programs read are there from the beginning', (t) => {
  const made = socket(t, { reconnect: true, maxRetries: 3, retryInterval: 20 })
  t.is(made._reconnect, true)
  const { retries, max, interval, wait } = made.retry
  t.deepEqual({ retries, max, interval, wait }, { retries: 0, max: 3, interval: 20, wait: 20 })
  t.is(made._type, 'tcp4')
  t.is(made._delimiter, '::')
  t.truthy(made.socket)
  t.true(Object.hasOwn(made, 'setKeepAlive'))
  const { max: ten, interval: five } = socket(t, { maxRetries: 0, retryInterval: 0 }).retry
  t.deepEqual([ten, five], [10, 5000])
})

test('NS-1: each socket has options of its own', async (t) => {
  const options = { delimiter: '.' }
  const { inbound } = await pair(t, await local(t), options)
  t.not(inbound._options, options)
  t.is(socket(t, options)._options, options)
  t.is(inbound._delimiter, '.')
})
