'use strict'

// An unhandled error that did throw would be an uncaught exception, which fails the whole file.

const fs = require('node:fs')
const test = require('ava')
const { instance, connect, start, RECEIVERS } = require('./support')
const { next, Recorder } = require('../common/events')
const { local, eachTransport } = require('../common/places')
const { settle } = require('../common/raw')

eachTransport(test, 'NI-44: of a client without a server', async (t, address) => {
  const client = connect(instance(t, { maxRetries: 0 }), address)
  await next(client, 'destroy')
  await settle()
  t.pass()
})

for (const [name, receiver] of Object.entries(RECEIVERS)) {
  eachTransport(test, `NI-44: of a malformed frame, ${name}`, async (t, address) => {
    const { target, peer } = await receiver(t, address)
    const log = new Recorder(target, ['m'])
    await peer.write('nonsense\f{"type":"m"}\f')
    await log.seen('m')
    t.pass()
  })
}

eachTransport(test, 'NI-44: of a connection that is reset', async (t, address) => {
  const { target, peer } = await RECEIVERS.server(t, address)
  const closed = next(target, 'close')
  target.broadcast('unread', 'x'.repeat(1000))
  await peer.until(() => peer.received.length > 0, 'something to arrive')
  if (address.port) peer.socket.resetAndDestroy()
  else peer.socket.destroy()
  await closed
  t.pass()
})

test('NI-44: of a listener', async (t) => {
  const address = await local(t)
  const first = await start(instance(t), address)
  const ipc = instance(t, { unlink: false })
  ipc.serve(address.path)
  ipc.server.start()
  await settle()
  t.false(ipc.server.server.listening)
  t.true(fs.statSync(address.path).isSocket())
  t.true(first.server.listening)
})
