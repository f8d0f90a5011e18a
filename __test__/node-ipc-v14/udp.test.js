'use strict'

const dgram = require('node:dgram')
const test = require('ava')
const { instance } = require('./support')
const { RESOLVER } = require('../common/deadline')
const { next, Recorder } = require('../common/events')
const { UDP_HOSTS } = require('../common/places')
const { frame, settle } = require('../common/raw')

const EVENTS = ['start', 'connect', 'error', 'socket.disconnected', 'close', 'data', 'm']

/** A server for UDP, bound. */
async function bound(t, kind = 'udp4', config = {}) {
  const ipc = instance(t, { networkPort: 0, ...config })
  ipc.serveNet(UDP_HOSTS[kind], kind)
  const { server } = ipc
  const log = new Recorder(server, EVENTS)
  server.start()
  await log.seen('start')
  return { server, log, to: { address: UDP_HOSTS[kind], port: server.server.address().port } }
}

/** A socket of node:dgram that writes datagrams. */
async function raw(t) {
  const socket = dgram.createSocket('udp4')
  t.teardown(() => socket.close())
  await new Promise((resolve) => socket.bind(0, UDP_HOSTS.udp4, resolve))
  return (bytes, { port, address }) =>
    new Promise((resolve, reject) =>
      socket.send(bytes, port, address, (error) => (error ? reject(error) : resolve()))
    )
}

for (const kind of Object.keys(UDP_HOSTS)) {
  for (const parser of ['fast', 'guarded']) {
    test(`NI-46, NI-48, NI-49: two servers exchange events (${kind}, ${parser})`, async (t) => {
      const here = await bound(t, kind, { parser })
      const there = await bound(t, kind, { parser })
      t.deepEqual(here.log.types, ['connect', 'start'])
      t.is(here.log.all('start')[0][0], here.server.server)
      t.is(there.server.emit(here.to, 'm', { text: 'é€😀' }), true)
      const [data, peer] = await next(here.server, 'm')
      t.deepEqual(data, { text: 'é€😀' })
      t.like(peer, { ...there.to, ipcBuffer: '' })
      t.is(here.server.emit(peer, 'm', null), true)
      t.deepEqual((await next(there.server, 'm'))[0], null)
      t.is(here.server.broadcast('m', 2), true)
      t.is((await next(there.server, 'm'))[0], 2)
      here.server.stop()
      await settle()
      t.deepEqual(here.log.types, ['connect', 'start', 'm'])
    })
  }
}

test('NI-47: complete frames of a datagram arrive, the rest is dropped', async (t) => {
  const { server, log, to } = await bound(t)
  const write = await raw(t)
  await write(frame('m', 1) + frame('m', 2) + '{"ty', to)
  await log.seen('m', 2)
  t.is(server.sockets.length, 2)
  t.is(log.all('m')[0][1], log.all('m')[1][1])
})

test('a datagram that is no message is an error, its peer stays', async (t) => {
  for (const [parser, text, code] of [
    ['fast', 'bad', 'ERR_IPC_INVALID_JSON'],
    ['fast', 'null', 'ERR_IPC_INVALID_MESSAGE'],
    ['guarded', '{"type":"connect"}', 'ERR_IPC_RESERVED_EVENT'],
    ['guarded', '{"type":"toString"}', 'ERR_IPC_INVALID_EVENT']
  ]) {
    const { log, to } = await bound(t, 'udp4', { parser })
    const write = await raw(t)
    await write(text + '\f', to)
    await log.seen('error')
    t.is(log.all('error')[0][0].code, code)
    await write(frame('m', 1), to)
    await log.seen('m')
  }
})

test('raw datagrams', async (t) => {
  const { server, log, to } = await bound(t, 'udp4', { parser: 'raw' })
  const other = await bound(t, 'udp4', { parser: 'raw' })
  const bytes = Buffer.from([0, 255, 12])
  other.server.emit(to, bytes)
  await log.seen('data')
  const [[chunk, peer]] = log.all('data')
  t.deepEqual(chunk, bytes)
  t.false('ipcBuffer' in peer)
  server.emit(peer, [1, 2])
  await other.log.seen('data')
  t.deepEqual(other.log.all('data')[0][0], Buffer.from([1, 2]))
})

test('NI-61: an address that does not resolve is an error event, nothing crashes', async (t) => {
  const { server, log, to } = await bound(t)
  server.emit({ address: 'host.invalid', port: 9 }, 'm', 1)
  await log.seen('error', 1, RESOLVER)
  t.regex(log.all('error')[0][0].code, /^(ENOTFOUND|EAI_AGAIN)$/)
  const write = await raw(t)
  await write(frame('m', 1), to)
  await log.seen('m')
})
