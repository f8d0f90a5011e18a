'use strict'

const test = require('ava')
const { RECEIVERS, pair, frame, each } = require('./support')
const { Recorder } = require('../common/events')
const { local } = require('../common/places')

// So few that no system keeps some of them back: what has not left when the socket is destroyed is lost.
const numbers = Array.from({ length: 50 }, (_, n) => n)
const summary = (log) => log.events.map(([type, value]) => (type === 'message' ? value : type))

each(
  test,
  RECEIVERS,
  'CM-3: what a peer wrote before destroy() comes before the end',
  async (t, receiver) => {
    const { target, socket, peer } = await receiver(t, await local(t))
    const log = new Recorder(target, ['message', 'error']).follow(socket, ['close'])
    await Promise.all(numbers.map((n) => peer.write(frame('m', n))))
    peer.socket.destroy()
    await log.seen('close')
    t.deepEqual(summary(log), [...numbers, 'close'])
  }
)

each(
  test,
  RECEIVERS,
  'CM-3: a megabyte a peer wrote before end() comes before the end',
  async (t, receiver) => {
    const { target, socket, peer } = await receiver(t, await local(t))
    const log = new Recorder(target, ['message', 'error']).follow(socket, ['end', 'close'])
    const text = 'x'.repeat(1 << 16)
    for (let n = 0; n < 16; n++) peer.socket.write(frame('m', text))
    peer.socket.end()
    await log.seen('close')
    t.deepEqual(log.types, [...Array(16).fill('message'), 'end', 'close'])
  }
)

for (const part of ['end', 'destroy']) {
  test(`CM-3: what a client sent before ${part}() of its socket arrives`, async (t) => {
    const { server, client, socket } = await pair(t, await local(t), { reconnectDelay: 10000 })
    const log = new Recorder(server, ['message', 'error']).follow(socket, ['close'])
    for (const n of numbers) client.send('m', n)
    client._socket[part]()
    await log.seen('close')
    t.deepEqual(summary(log), [...numbers, 'close'])
  })

  test(`CM-3: what a server sent before ${part}() of the socket arrives`, async (t) => {
    const { server, client, id, socket } = await pair(t, await local(t), { reconnectDelay: 10000 })
    const log = new Recorder(client, ['message', 'error', 'disconnect'])
    for (const n of numbers) server.send('m', n, id)
    socket[part]()
    await log.seen('disconnect')
    t.deepEqual(summary(log), [...numbers, 'disconnect'])
  })
}

each(
  test,
  RECEIVERS,
  'handlers may close, send and destroy in the middle of a chunk (ruling: destroyed)',
  async (t, receiver) => {
    const { target, socket, id, peer } = await receiver(t, await local(t))
    const log = new Recorder(target, ['message']).follow(socket, ['close'])
    target.on('message', (n) => {
      if (n === 1) target.send('reply', n, id)
      if (n === 2) target.close()
      if (n === 4) socket.destroy()
    })
    await peer.write([1, 2, 3, 4, 5, 6].map((n) => frame('m', n)).join(''))
    await log.seen('close')
    t.deepEqual(summary(log), [1, 2, 3, 4, 'close'])
  }
)
