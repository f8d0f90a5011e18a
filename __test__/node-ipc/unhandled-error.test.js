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

eachTransport(test, 'NI-44: of a malformed frame', async (t, address) => {
  for (const receiver of Object.values(RECEIVERS)) {
    const { target, peer } = await receiver(t, address)
    const log = new Recorder(target, ['m'])
    await peer.write('nonsense\f{"type":"m"}\f')
    await log.seen('m')
    target.server?.close()
    peer.socket.destroy()
    await peer.close()
    if (target.server) await next(target, 'close')
  }
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
