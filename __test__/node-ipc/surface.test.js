'use strict'

const net = require('node:net')
const fs = require('node:fs')
const test = require('ava')
const { RECEIVERS, pair, instance, start } = require('./support')
const { next, Recorder } = require('../common/events')
const { local, tcp, eachTransport } = require('../common/places')
const { dial, frame, settle } = require('../common/raw')
const { state } = require('../common/deadline')

const METHODS = [
  ...['write', 'end', 'destroy', 'setTimeout', 'setNoDelay', 'setKeepAlive', 'setEncoding', 'ref', 'unref'],
  ...['pause', 'resume', 'pipe', 'address', 'on', 'once', 'off', 'removeListener', 'emit', 'listenerCount']
]

for (const [name, receiver] of Object.entries(RECEIVERS)) {
  eachTransport(test, `CM-4: the members of a socket, ${name}`, async (t, address) => {
    const { socket, peer } = await receiver(t, address)
    for (const method of METHODS) t.is(typeof socket[method], 'function', method)
    t.like(socket, { destroyed: false, readable: true, writable: true, writableLength: 0, connecting: false })
    for (const key of ['remoteAddress', 'remotePort', 'localAddress', 'localPort']) {
      const mirrored = key.startsWith('remote')
        ? key.replace('remote', 'local')
        : key.replace('local', 'remote')
      t.is(socket[key], address.path ? undefined : peer.socket[mirrored], key)
    }
    t.is(socket.remoteFamily, address.path ? undefined : 'IPv4')
    const { remoteAddress, remoteFamily, remotePort } = peer.socket
    const own = { address: remoteAddress, family: remoteFamily, port: remotePort }
    t.deepEqual(socket.address(), address.path ? {} : own)
    t.is(socket.bytesRead, 0)
    await peer.send('m', 1)
    await state(() => socket.bytesRead === frame('m', 1).length, 'bytesRead to be what was sent')
    socket.write('12345')
    await peer.bytes(5)
    t.is(socket.bytesWritten, 5)
    for (const same of ['setNoDelay', 'setKeepAlive', 'ref', 'unref', 'pause', 'resume'])
      t.is(socket[same](), socket, same)
    socket.ref()
  })

  eachTransport(
    test,
    `CM-4: data listeners of the user get text, behind the library's own, ${name}`,
    async (t, address) => {
      const { target, socket, peer } = await receiver(t, address)
      const log = new Recorder(target, ['m'])
      const listener = (data) => log.add('socket.data', data)
      socket.on('data', listener)
      await peer.send('m', '€')
      await log.seen('socket.data')
      t.deepEqual(log.types, ['m', 'socket.data'])
      t.deepEqual(log.all('socket.data'), [['{"type":"m","data":"€"}\f']])
      socket.off('data', listener)
      await peer.send('m', 2)
      await log.seen('m', 2)
      t.is(log.count('socket.data'), 1)
    }
  )

  eachTransport(
    test,
    `CM-4: write and end reach the peer as bytes, callbacks are called, ${name}`,
    async (t, address) => {
      const { socket, peer } = await receiver(t, address, { stopRetrying: true })
      const log = new Recorder(socket, ['close', 'finish'])
      t.is(typeof socket.write('é'), 'boolean')
      socket.write(Buffer.from([0, 255]), () => log.add('written'))
      socket.write('ff00', 'hex', () => log.add('written'))
      socket.end('bye')
      await peer.until(() => peer.ended, 'the end')
      t.deepEqual(
        peer.received,
        Buffer.concat([Buffer.from('é'), Buffer.from([0, 255, 255, 0]), Buffer.from('bye')])
      )
      await log.seen('close')
      t.is(log.count('written'), 2)
      t.deepEqual(log.all('close'), [[false]])
      t.true(socket.destroyed)
      t.false(socket.writable)
    }
  )

  eachTransport(
    test,
    `CM-4: write says when to wait, drain says when to go on, ${name}`,
    async (t, address) => {
      const { socket, peer } = await receiver(t, address)
      peer.socket.pause()
      const log = new Recorder(socket, ['drain'])
      socket.on('drain', () => t.is(socket.writableLength, 0))
      const chunk = Buffer.alloc(1 << 20, 'x')
      let written = 0
      let room
      // Until the operating system takes no more, also if it takes its time.
      do {
        room = socket.write(chunk)
        written++
        await settle()
      } while (socket.writableLength === 0)
      t.false(room)
      const before = log.count('drain')
      peer.socket.resume()
      await log.seen('drain', before + 1)
      t.is(socket.writableLength, 0)
      await peer.bytes(written * chunk.length)
    }
  )

  eachTransport(test, `CM-4: pause holds messages back, resume brings them, ${name}`, async (t, address) => {
    const { target, socket, peer } = await receiver(t, address)
    const log = new Recorder(target, ['m'])
    socket.pause()
    await peer.send('m', 1)
    await settle()
    t.is(log.count('m'), 0)
    socket.resume()
    await log.seen('m')
  })

  eachTransport(test, `CM-4: setTimeout tells of silence, ${name}`, async (t, address) => {
    const { socket } = await receiver(t, address)
    const timeout = next(socket, 'timeout')
    const called = new Promise((resolve) => socket.setTimeout(20, resolve))
    await timeout
    await called
    t.false(socket.destroyed)
  })
}

test('CM-4: a listener looks like the one of node, TCP', async (t) => {
  const address = await tcp()
  const server = await start(instance(t, { maxConnections: 7 }), address)
  const listener = server.server
  t.true(listener.listening)
  t.is(listener.maxConnections, 7)
  t.deepEqual(listener.address(), { address: address.host, port: address.port, family: 'IPv4' })
  const accepted = next(server, 'connect')
  await dial(t, address)
  await accepted
  const count = await new Promise((resolve, reject) => {
    listener.getConnections((error, number) => (error ? reject(error) : resolve(number)))
  })
  t.is(count, 1)
  t.is(listener.ref(), listener)
  const log = new Recorder(listener, ['close'])
  const closed = new Promise((resolve) => listener.close(resolve))
  t.false(listener.listening)
  await settle()
  t.is(log.count('close'), 0, 'close waits for the connections')
  server.sockets[0].destroy()
  await closed
  await log.seen('close')
})

test('CM-4: a listener looks like the one of node, local', async (t) => {
  const { path } = await local(t)
  const ipc = instance(t)
  ipc.serve(path)
  const started = next(ipc.server, 'start')
  ipc.server.start()
  await started
  t.is(ipc.server.server.address(), path)
  await new Promise((resolve) => ipc.server.server.close(resolve))
  t.false(fs.existsSync(path))
})

test('CM-4: what is piped into a socket arrives', async (t) => {
  const { socket, client } = await pair(t, await local(t))
  const log = new Recorder(client, ['m'])
  const { path } = await local(t)
  const source = net.createServer((end) => end.end('{"type":"m","data":"piped"}\f'))
  t.teardown(() => source.close())
  await new Promise((resolve) => source.listen(path, resolve))
  net.connect(path).pipe(socket, { end: false })
  await log.seen('m')
  t.deepEqual(log.all('m'), [['piped']])
})
