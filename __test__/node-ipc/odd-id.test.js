'use strict'

const test = require('ava')
const { RECEIVERS } = require('./support')
const { Recorder } = require('../common/events')
const { eachTransport } = require('../common/places')

eachTransport(test, 'NI-19: a peer that calls itself something odd may leave', async (t, address) => {
  const { target, peer } = await RECEIVERS.server(t, address, { silent: false, logger: () => {} })
  const log = new Recorder(target, ['m', 'socket.disconnected', 'close'])
  await peer.send('m', { id: { toString: 1, valueOf: null } })
  await log.seen('m')
  peer.socket.destroy()
  await log.seen('close')
  t.deepEqual(log.types, ['m', 'socket.disconnected', 'close'])
  t.deepEqual(log.all('socket.disconnected')[0][1], { toString: 1, valueOf: null })
})
