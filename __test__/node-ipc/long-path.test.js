'use strict'

// A local address holds 108 bytes on Linux. Up to Node 22 the originals (through libuv) cut longer paths there without
// a word, so that both peers meet at the shorter name; the drop-in does so on every Node.

const fs = require('node:fs')
const path = require('node:path')
const test = require('ava')
const { instance, start, connected } = require('./support')
const { next, Recorder } = require('../common/events')
const { directory } = require('../common/places')
const { dial, listen, settle } = require('../common/raw')
const { entry } = require('../common/peers')

const ROOM = 108
const NODE_CUTS = Number(process.versions.node.split('.')[0]) < 24

/** A path of `length` bytes, and what remains of it. */
function long(t, length = 140) {
  const folder = directory(t)
  const whole = path.join(folder, 'x'.repeat(length - folder.length - 1))
  return { folder, whole, cut: whole.slice(0, ROOM) }
}

/** A quiet instance of the original, to stand in for one of the two peers. */
function original(t) {
  const ipc = new (require(entry('node-ipc-9')).IPC)()
  Object.assign(ipc.config, { silent: true, retry: 20 })
  t.teardown(() => {
    for (const id of Object.keys(ipc.of)) ipc.disconnect(id)
    if (ipc.server) ipc.server.stop()
  })
  return ipc
}

/** A message from a client of `spoke` to a server of `hub` and back. */
async function exchange(t, hub, spoke, address) {
  const server = await start(hub, address)
  server.on('m', (data, socket) => server.emit(socket, 'm', data + 1))
  const client = await connected(spoke, address)
  const reply = next(client, 'm')
  client.emit('m', 1)
  t.deepEqual(await reply, [2])
}

test('CM-2: a 140-byte path between two drop-in peers', async (t) => {
  const { folder, whole, cut } = long(t)
  await exchange(t, instance(t), instance(t), { path: whole })
  t.deepEqual(fs.readdirSync(folder), [path.basename(cut)])
})

test('CM-2: the server is found under the cut name, and removes it', async (t) => {
  const { folder, whole, cut } = long(t)
  const server = await start(instance(t), { path: whole })
  const accepted = next(server, 'connect')
  const peer = await dial(t, { path: cut })
  await accepted
  peer.socket.destroy()
  await next(server, 'close')
  server.stop()
  await settle()
  t.deepEqual(fs.readdirSync(folder), [])
})

test('CM-2: the file a killed server left under the cut name is replaced', async (t) => {
  const { whole, cut } = long(t)
  const squatter = await listen(t, { path: cut })
  const server = await start(instance(t), { path: whole })
  const accepted = next(server, 'connect')
  await connected(instance(t), { path: whole })
  await accepted
  t.is(squatter.peers.length, 0)
})

test('CM-2: the client goes to the cut name', async (t) => {
  const { whole, cut } = long(t)
  const server = await listen(t, { path: cut })
  const client = await connected(instance(t), { path: whole })
  client.emit('m', 1)
  t.deepEqual(await (await server.accepted()).frames(1), ['{"type":"m","data":1}'])
})

test('CM-2: a path that just fits is not cut', async (t) => {
  const { folder, whole } = long(t, ROOM)
  await exchange(t, instance(t), instance(t), { path: whole })
  t.deepEqual(fs.readdirSync(folder), [path.basename(whole)])
})

test('CM-2: a process warning tells that a path is cut', async (t) => {
  const { whole, cut } = long(t)
  const log = new Recorder(process, ['warning'])
  await start(instance(t), { path: whole })
  await log.until(
    () => log.all('warning').some(([{ message }]) => message.includes(cut)),
    'a warning with the name'
  )
  t.pass()
})

if (NODE_CUTS) {
  test('CM-2: a 140-byte path, drop-in server and original client', async (t) => {
    await exchange(t, instance(t), original(t), { path: long(t).whole })
  })

  test('CM-2: a 140-byte path, original server and drop-in client', async (t) => {
    await exchange(t, original(t), instance(t), { path: long(t).whole })
  })
}
