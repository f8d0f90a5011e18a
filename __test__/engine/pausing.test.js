'use strict'

// Pauses: what has come is held back, the peer is held up, and nothing is lost or turned round.

const net = require('node:net')
const test = require('ava')
const { engine, protocol, receiver, serve, closed, eachEnd, eachPlace, standStill } = require('./support')
const { state } = require('../common/deadline')
const { listen, settle } = require('../common/raw')

eachPlace(test, 'paused before it is connected: nothing comes before resume', async (t, address) => {
  const server = await listen(t, address)
  server.server.on('connection', (socket) => socket.write('{"n":1}\f{"n":2}\f'))
  for (let round = 0; round < 50; round++) {
    const log = receiver()
    const connection = engine.connect(address, protocol(), log)
    connection.pause()
    connection.on('data', (data) => log.add('data', String(data)))
    await log.seen('opened')
    await settle(5)
    t.deepEqual(log.types, ['opened'])
    t.is(connection.bytesRead, 0)
    connection.resume()
    await log.seen('data')
    t.deepEqual(log.types, ['opened', 'message', 'message', 'data'])
    connection.destroy()
    await closed(connection)
  }
})

eachPlace(
  test,
  'nothing is read before whoever is told of a connection has had the time to listen, or to pause',
  async (t, address) => {
    const log = receiver({
      opened(connection) {
        // Long enough for anybody else to read what is there.
        standStill(5)
        if (log.count('opened') % 2) connection.pause()
        connection.on('data', (data) => log.add('data', String(data)))
      }
    })
    const listener = await serve(t, address, protocol(), log)
    for (let round = 1; round <= 20; round++) {
      const socket = net.connect(address)
      t.teardown(() => socket.destroy())
      socket.write('{"n":1}\f')
      await log.seen('opened', round)
      const [connection] = listener.connections
      if (round % 2) {
        await settle(5)
        t.is(connection.bytesRead, 0)
        t.is(log.count('message'), round - 1)
        connection.resume()
      }
      await log.seen('data', round)
      t.deepEqual(log.types.slice(-2), ['message', 'data'])
      t.is(log.all('data').at(-1)[0], '{"n":1}\f')
      socket.destroy()
      await log.seen('closed', round)
    }
  }
)

eachEnd(test, 'pause holds back what came, resume brings it in order, before the end', async (t, open) => {
  const log = receiver({ message: (value, connection) => value === 1 && connection.pause() })
  const { connection, peer } = await open(protocol(), log)
  connection.on('data', () => log.add('data'))
  peer.socket.end('1\f2\f{"n":\f3\f"4"\f')
  await log.seen('message')
  await settle()
  t.true(connection.isPaused())
  t.deepEqual(log.types, ['opened', 'message'])
  connection.resume()
  t.is(log.count('message'), 1, 'not within resume()')
  await log.seen('closed')
  t.deepEqual(
    log.events.map(([type, value]) => (type === 'message' ? value : type)),
    ['opened', 1, 2, 'malformed', 3, '4', 'data', 'ended', 'closed']
  )
})

eachEnd(test, 'pause and resume from within handlers, many times', async (t, open) => {
  const seen = []
  const { connection, peer } = await open(protocol(), {
    message(value, self) {
      seen.push(value)
      self.pause()
      if (value % 3 === 0) self.resume()
      else if (value % 3 === 1) setImmediate(() => self.resume())
      else process.nextTick(() => self.resume())
    }
  })
  const wanted = Array.from({ length: 300 }, (_, n) => n)
  peer.socket.end(wanted.map((n) => `${n}\f`).join(''))
  await closed(connection)
  t.deepEqual(seen, wanted)
})

eachEnd(test.serial, 'what was held back is delivered in linear time', async (t, open) => {
  const MANY = 80_000
  let count = 0
  const { connection, peer } = await open(protocol(), {
    message: (value, self) => count++ === 0 && self.pause()
  })
  peer.socket.write('{}\f'.repeat(MANY))
  await state(() => count === 1, 'the first message')
  await settle()
  // Of the processor: the machine may be busy with others.
  const begin = process.cpuUsage()
  connection.resume()
  await state(() => count === MANY, 'the others')
  const { user, system } = process.cpuUsage(begin)
  const milliseconds = (user + system) / 1000
  // With a shift() for each it was seconds.
  t.true(milliseconds < 800, `${milliseconds} ms`)
})

eachEnd(test, 'a paused connection holds its peer up', async (t, open) => {
  const { connection, peer } = await open(protocol({ codec: 'bytes' }))
  connection.pause()
  const chunk = Buffer.alloc(1 << 20, 'x')
  for (let n = 0; n < 64; n++) peer.socket.write(chunk)
  await settle()
  t.true(peer.socket.writableLength > 20 << 20)
})

eachEnd(test, 'a paused connection can be destroyed', async (t, open) => {
  const log = receiver({ message: (value, connection) => connection.pause() })
  const { connection, peer } = await open(protocol(), log)
  await peer.write('1\f2\f3\f')
  await log.seen('message')
  connection.destroy()
  await log.seen('closed')
  t.deepEqual(log.types, ['opened', 'message', 'closed'])
  connection.resume()
  await settle()
  t.is(log.count('message'), 1)
})

eachEnd(test, 'so can one that has failed while messages were held back', async (t, open) => {
  const log = receiver({ message: (value, connection) => connection.pause() })
  const { connection, peer } = await open(protocol(), log)
  await peer.write('1\f2\f3\f')
  await log.seen('message')
  peer.socket.pause()
  connection.write(Buffer.alloc(16 << 20))
  await settle()
  peer.socket.destroy()
  await state(() => connection.errored !== null, 'the failure')
  await settle()
  t.is(log.count('closed'), 0)
  connection.destroy()
  await log.seen('closed')
  await settle()
  t.is(log.count('closed'), 1)
  t.true(connection.bytesRead > 0)
})
