'use strict'

const test = require('ava')
const { RECEIVERS, pair } = require('./support')
const { Recorder } = require('../common/events')
const { eachTransport } = require('../common/places')
const { frame } = require('../common/raw')

// So few that no system keeps some of them back: what has not left when the socket is destroyed is lost.
const MANY = 50
const numbers = Array.from({ length: MANY }, (_, n) => n)

for (const [name, receiver] of Object.entries(RECEIVERS)) {
  const last = name === 'server' ? 'close' : 'disconnect'

  eachTransport(
    test,
    `CM-3: what a peer wrote before destroy() is delivered before ${last}`,
    async (t, address) => {
      const { target, peer } = await receiver(t, address, { stopRetrying: true })
      const log = new Recorder(target, ['m', 'error', last])
      await Promise.all(numbers.map((n) => peer.send('m', n)))
      peer.socket.destroy()
      await log.seen(last)
      t.deepEqual(
        log.events.slice(0, -1).map(([type, data]) => [type, data]),
        numbers.map((n) => ['m', n])
      )
    }
  )

  eachTransport(
    test,
    `CM-3: a megabyte a peer wrote before end() is delivered before ${last}`,
    async (t, address) => {
      const { target, peer } = await receiver(t, address, { stopRetrying: true })
      const log = new Recorder(target, ['m', 'error', last])
      const text = 'x'.repeat(1 << 16)
      for (let n = 0; n < 16; n++) peer.socket.write(frame('m', text))
      peer.socket.end()
      await log.seen(last)
      t.is(log.count('m'), 16)
      t.is(log.types.at(-1), last)
    }
  )
}

const PARTINGS = {
  'destroy()': (socket) => socket.destroy(),
  'end()': (socket) => socket.end()
}

for (const [name, part] of Object.entries(PARTINGS)) {
  eachTransport(test, `CM-3: what a client emitted before ${name} arrives`, async (t, address) => {
    const { server, client } = await pair(t, address, { stopRetrying: true })
    const log = new Recorder(server, ['m', 'error', 'close'])
    for (const n of numbers) client.emit('m', n)
    part(client.socket)
    await log.seen('close')
    t.deepEqual(
      log.events.map(([type, data]) => (type === 'm' ? data : type)),
      [...numbers, 'close']
    )
  })

  eachTransport(test, `CM-3: what a server emitted before ${name} arrives`, async (t, address) => {
    const { server, client, socket } = await pair(t, address, { stopRetrying: true })
    const log = new Recorder(client, ['m', 'error', 'disconnect'])
    for (const n of numbers) server.emit(socket, 'm', n)
    part(socket)
    await log.seen('disconnect')
    t.deepEqual(
      log.events.map(([type, data]) => (type === 'm' ? data : type)),
      [...numbers, 'disconnect']
    )
  })
}

eachTransport(test, 'CM-3: what a client emitted before ipc.disconnect() arrives', async (t, address) => {
  const { server, spoke, client } = await pair(t, address)
  const log = new Recorder(server, ['m', 'error', 'close'])
  for (const n of numbers) client.emit('m', n)
  spoke.disconnect('server')
  await log.seen('close')
  t.deepEqual(
    log.events.map(([type, data]) => (type === 'm' ? data : type)),
    [...numbers, 'close']
  )
})
