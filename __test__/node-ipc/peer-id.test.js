'use strict'

const test = require('ava')
const { RECEIVERS } = require('./support')
const { Recorder } = require('../common/events')
const { eachTransport } = require('../common/places')

eachTransport(
  test,
  'NI-22: a truthy data.id is the id of the socket before the handler runs',
  async (t, address) => {
    const { target, socket, peer } = await RECEIVERS.server(t, address)
    const ids = []
    target.on('m', (data, from) => ids.push(from.id))
    const log = new Recorder(target, ['m'])
    const values = [1, { x: 1 }, { id: '' }, { id: 'one' }, { id: 0 }, null, 'text', { id: 2 }, { id: false }]
    for (const value of values) await peer.send('m', value)
    await log.seen('m', values.length)
    t.deepEqual(ids, [undefined, undefined, undefined, 'one', 'one', 'one', 'one', 2, 2])
    t.is(socket.id, 2)
  }
)

eachTransport(test, 'NI-22: frames of one chunk see the id they bring', async (t, address) => {
  const { target, peer } = await RECEIVERS.server(t, address)
  const ids = []
  target.on('m', (data, from) => ids.push(from.id))
  const log = new Recorder(target, ['end'])
  const frames = ['a', undefined, 'b', undefined].map(
    (id) => JSON.stringify({ type: 'm', data: { id } }) + '\f'
  )
  await peer.write(frames.join('') + '{"type":"end"}\f')
  await log.seen('end')
  t.deepEqual(ids, ['a', 'a', 'b', 'b'])
})

eachTransport(test, 'NI-22: socket.disconnected carries the id', async (t, address) => {
  const { target, socket, peer } = await RECEIVERS.server(t, address)
  const log = new Recorder(target, ['m', 'socket.disconnected'])
  await peer.send('m', { id: 'me' })
  await log.seen('m')
  peer.socket.destroy()
  await log.seen('socket.disconnected')
  const [[from, id]] = log.all('socket.disconnected')
  t.is(from, socket)
  t.is(id, 'me')
})

eachTransport(test, 'NI-22: or false for a peer that never sent one', async (t, address) => {
  const { target, peer } = await RECEIVERS.server(t, address)
  const log = new Recorder(target, ['m', 'socket.disconnected'])
  await peer.send('m', 1)
  await log.seen('m')
  peer.socket.destroy()
  await log.seen('socket.disconnected')
  t.is(log.all('socket.disconnected')[0][1], false)
})
