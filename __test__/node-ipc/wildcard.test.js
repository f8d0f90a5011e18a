'use strict'

const test = require('ava')
const { RECEIVERS, instance } = require('./support')
const { Recorder } = require('../common/events')
const { local, eachTransport } = require('../common/places')

const DATA = [undefined, null, 'text', '', 0, false, [1, 2], [], { a: [1] }, {}]

for (const [name, receiver] of Object.entries(RECEIVERS)) {
  eachTransport(
    test,
    `NI-39: wildcard handlers run before the typed ones, with the type, ${name}`,
    async (t, at) => {
      const { target, socket, peer } = await receiver(t, at)
      const calls = []
      const log = new Recorder(target, ['end'])
      target.on('m', (...args) => calls.push(['typed', ...args]))
      target.on('*', function (...args) {
        if (args[0] === 'm') calls.push(['wild', this === target, ...args])
      })
      for (const data of DATA) await peer.send('m', data)
      await peer.send('end')
      await log.seen('end')
      const rest = name === 'server' ? [socket] : []
      t.deepEqual(
        calls,
        DATA.flatMap((data) => [
          ['wild', true, 'm', data, ...rest],
          ['typed', data, ...rest]
        ])
      )
    }
  )
}

test('NI-39: wildcard handlers hear lifecycle events and types nobody else handles', async (t) => {
  const { target, socket, peer } = await RECEIVERS.server(t, await local(t))
  const log = new Recorder()
  target.on('*', (type, ...args) => log.add(type, ...args))
  await peer.send('unknown', { x: 1 })
  await log.seen('unknown')
  peer.socket.destroy()
  await log.seen('close')
  const told = log.events.filter(([type]) => ['unknown', 'socket.disconnected', 'close'].includes(type))
  t.deepEqual(new Set(told.map(([type]) => type)), new Set(['unknown', 'socket.disconnected', 'close']))
  t.deepEqual(log.all('unknown'), [[{ x: 1 }, socket]])
  t.deepEqual(log.all('socket.disconnected'), [[socket, false]])
})

test('NI-39: local dispatch: arguments unmodified, off and once work', async (t) => {
  const ipc = instance(t)
  ipc.serve((await local(t)).path)
  const calls = []
  const handler = (...args) => calls.push(args)
  const list = [1, 2]
  ipc.server.on('*', handler).once('*', (...args) => calls.push(['once', ...args]))
  ipc.server.publish('a', list, undefined, 'x')
  ipc.server.publish('b')
  ipc.server.off('*', handler).publish('c')
  ipc.server.on('*', handler).off('*', '*').publish('d')
  t.deepEqual(calls, [['a', list, undefined, 'x'], ['once', 'a', list, undefined, 'x'], ['b']])
  t.is(calls[0][1], list)
  t.deepEqual(list, [1, 2])
})
