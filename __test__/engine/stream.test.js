'use strict'

// A connection as a stream: what programs do with a net.Socket.

const { Readable, Writable, pipeline } = require('node:stream')
const test = require('ava')
const { engine, protocol, receiver, connected, closed, eachEnd, PLACES } = require('./support')
const { next, Recorder } = require('../common/events')
const { deadline, state } = require('../common/deadline')
const { listen, inPieces, settle } = require('../common/raw')

const called = (start, what) => deadline(new Promise(start), what)

eachEnd(test, 'setEncoding: data is text, characters stay whole', async (t, open) => {
  const { connection, peer } = await open(protocol())
  connection.setEncoding('utf8')
  const pieces = []
  connection.on('data', (data) => pieces.push(data))
  await inPieces({ peer, socket: connection }, [
    Buffer.from([0x22, 0xe2]),
    Buffer.from([0x82, 0xac, 0x22, 0x0c])
  ])
  await state(() => pieces.length === 2, 'both pieces')
  t.deepEqual(pieces, ['"', '€"\f'])
  t.is(connection.readableEncoding, 'utf8')
})

eachEnd(test, 'data listeners hear every byte, from the first on', async (t, open) => {
  // The peer writes at once: nothing may be read before somebody could listen.
  for (let round = 0; round < 20; round++) {
    const log = receiver({ opened: (connection) => connection.on('data', (data) => log.add('data', data)) })
    const { connection, peer } = await open(protocol(), log)
    await peer.write('{"first":1}\f')
    await log.seen('data')
    t.is(log.all('data')[0][0].toString(), '{"first":1}\f')
    connection.destroy()
  }
})

test('a data listener that was there before the connection hears the first byte', async (t) => {
  const address = await PLACES.local(t)
  const { server } = await listen(t, address)
  server.on('connection', (socket) => socket.write('{"first":1}\f'))
  for (let round = 0; round < 100; round++) {
    const log = receiver()
    const connection = engine.connect(address, protocol(), log)
    connection.on('data', (data) => log.add('data', data))
    await log.seen('data')
    t.is(log.all('data')[0][0].toString(), '{"first":1}\f')
    connection.destroy()
  }
})

eachEnd(test, 'once and off: data only while somebody listens', async (t, open) => {
  const { connection, peer } = await open(protocol())
  let once = 0
  connection.once('data', () => once++)
  await inPieces({ peer, socket: connection }, [Buffer.from('1\f'), Buffer.from('2\f')])
  await settle()
  t.is(once, 1)
  connection.on('data', () => once++)
  connection.removeAllListeners()
  t.is(connection.listenerCount('data'), 0)
  await peer.write('3\f')
  await settle()
  t.is(once, 1)
})

eachEnd(test, 'pipe: into a connection and out of it', async (t, open) => {
  // It would end its own side with the other one, whatever the pipe has got to.
  const { connection, peer } = await open({ framing: { mode: 'raw' }, codec: 'bytes', allowHalfOpen: true })
  const payload = Buffer.alloc(3 << 20, 'payload')
  const chunks = []
  const sink = new Writable({
    highWaterMark: 1024,
    write(chunk, encoding, callback) {
      chunks.push(chunk)
      setImmediate(callback)
    }
  })
  const finished = next(sink, 'finish')
  connection.pipe(sink)
  peer.socket.end(payload)
  Readable.from(
    (function* () {
      for (let at = 0; at < payload.length; at += 50_000) yield payload.subarray(at, at + 50_000)
    })()
  ).pipe(connection)
  await finished
  t.true(Buffer.concat(chunks).equals(payload))
  await peer.close()
  t.true(peer.received.equals(payload))
})

eachEnd(
  test,
  'pipe: who reads slowly hears of the end, also if a write behind it failed',
  async (t, open) => {
    const { connection, peer } = await open({ framing: { mode: 'raw' }, codec: 'bytes' })
    const over = closed(connection)
    const chunks = []
    const sink = new Writable({
      highWaterMark: 1,
      write(chunk, encoding, callback) {
        chunks.push(chunk)
        over.then(() => callback())
      }
    })
    const finished = next(sink, 'finish')
    connection.pipe(sink)
    connection.on('end', () => process.nextTick(() => connection.write('late')))
    peer.socket.end('all of it')
    await over
    t.is(connection.errored.code, 'ERR_STREAM_WRITE_AFTER_END')
    await finished
    t.is(String(Buffer.concat(chunks)), 'all of it')
  }
)

test('pipeline: into a connection, to its finish', async (t) => {
  const address = await PLACES.local(t)
  const server = await listen(t, address)
  const connection = await connected(t, address, protocol({ allowHalfOpen: true }))
  const peer = await server.accepted()
  await called(
    (resolve, reject) =>
      pipeline(Readable.from([Buffer.from('a'), Buffer.from('b')]), connection, (error) =>
        error && error.code !== 'ERR_STREAM_PREMATURE_CLOSE' ? reject(error) : resolve()
      ),
    'the pipeline'
  )
  t.is((await peer.bytes(2)).toString(), 'ab')
})

/** All a connection gives as text, asked for before anything comes. */
async function iterated(connection, write) {
  const iterator = connection[Symbol.asyncIterator]()
  const first = iterator.next()
  write()
  let text = ''
  for (let step = await first; !step.done; step = await iterator.next()) text += step.value
  return text
}

eachEnd(test, 'async iteration gives all bytes and ends with the stream', async (t, open) => {
  const { connection, peer } = await open(protocol())
  const payload = '"é"\f'.repeat(50_000)
  connection.setEncoding('utf8')
  t.true((await iterated(connection, () => peer.socket.end(payload))) === payload)
})

eachEnd(test, 'async iteration with another encoding', async (t, open) => {
  const { connection, peer } = await open(protocol())
  connection.setEncoding('hex')
  t.is(await iterated(connection, () => peer.socket.end('ab')), '6162')
})

eachEnd(test, 'async iteration of a connection that is destroyed meanwhile ends, too', async (t, open) => {
  const { connection, peer } = await open(protocol())
  const iterate = async () => {
    // eslint-disable-next-line no-unused-vars
    for await (const piece of connection) connection.destroy()
  }
  const end = iterate()
  await peer.write('1\f')
  const error = await t.throwsAsync(deadline(end, 'the end of the iteration'))
  t.is(error.code, 'ERR_STREAM_PREMATURE_CLOSE')
})

eachEnd(test, 'write callbacks come in order, also those of nothing', async (t, open) => {
  const { connection, peer } = await open(protocol())
  const order = []
  const all = called((resolve) => {
    connection.write('', () => order.push('nothing'))
    connection.send('1', () => order.push(1))
    connection.write('2', () => order.push(2))
    connection.write('33', 'hex', () => order.push(3))
    connection.write(Buffer.alloc(300_000, '4'), () => order.push(4))
    connection.write(new Uint16Array([0x3535]), () => order.push(5))
    connection.write(Buffer.alloc(0), () => resolve(order.push('nothing')))
  }, 'the callbacks')
  await peer.bytes(300_006)
  await all
  t.deepEqual(order, ['nothing', 1, 2, 3, 4, 5, 'nothing'])
  await called((resolve) => connection.write('', resolve), 'the callback of nothing, with nothing before it')
})

eachEnd(test, 'a callback that is none does no harm', async (t, open) => {
  const { connection, peer } = await open(protocol())
  t.true(connection.send('1', null))
  t.true(connection.write('2', 'utf8', null))
  t.true(connection.write('3', undefined, 'callback'))
  const order = []
  await called((resolve) => connection.send('4', () => resolve(order.push(4))), 'a callback')
  t.is((await peer.bytes(6)).toString(), '1\f234\f')
  connection.end(null, null, null)
  await peer.until((end) => end.ended, 'the end')
})

eachEnd(test, 'write refuses what is no chunk, and stays usable', async (t, open) => {
  const { connection, peer } = await open(protocol())
  t.throws(() => connection.write(null), { code: 'ERR_STREAM_NULL_VALUES' })
  for (const chunk of [undefined, 5, {}, true])
    t.throws(() => connection.write(chunk), { code: 'ERR_INVALID_ARG_TYPE' })
  connection.write('ok')
  t.is((await peer.bytes(2)).toString(), 'ok')
})

eachEnd(test, 'end: the callback and finish come when everything has left', async (t, open) => {
  const { connection, peer } = await open(protocol())
  peer.socket.pause()
  const log = new Recorder(connection, ['finish', 'close'])
  connection.write(Buffer.alloc(16 << 20), () => log.add('written'))
  connection.end('bye', () => log.add('callback'))
  connection.on('finish', () => log.add('late listener'))
  await settle()
  t.deepEqual(log.types, [])
  t.false(connection.writable)
  t.true(connection.writableEnded)
  peer.socket.resume()
  await log.seen('close')
  t.deepEqual(
    log.types.filter((type) => type !== 'close').sort(),
    ['callback', 'finish', 'late listener', 'written'].sort()
  )
  t.is(log.types[0], 'written')
  t.is(peer.received.length, (16 << 20) + 3)
  const error = await called((resolve) => connection.end(resolve), 'the callback of an end() too late')
  t.is(error.code, 'ERR_STREAM_ALREADY_FINISHED')
})

eachEnd(test, 'end with nothing to send finishes as well', async (t, open) => {
  const { connection } = await open(protocol())
  const finished = next(connection, 'finish')
  await called((resolve) => connection.end(resolve), 'the callback')
  await finished
  t.deepEqual(await closed(connection), [false])
})

eachEnd(test, 'the callbacks of what can no longer leave get an error', async (t, open) => {
  const { connection, peer } = await open(protocol())
  peer.socket.pause()
  const codes = []
  connection.write(Buffer.alloc(16 << 20), (error) => codes.push(error?.code))
  connection.end((error) => codes.push(error?.code))
  connection.destroy()
  connection.write('x', (error) => codes.push(error?.code))
  connection.send('x', (error) => codes.push(error?.code))
  t.false(connection.write('x'))
  await closed(connection)
  await state(() => codes.length === 4, 'the callbacks')
  t.deepEqual(codes, Array(4).fill('ERR_STREAM_DESTROYED'))
})

eachEnd(test, 'destroySoon: everything leaves first', async (t, open) => {
  const { connection, peer } = await open(protocol({ allowHalfOpen: true }))
  peer.socket.pause()
  connection.write(Buffer.alloc(16 << 20))
  connection.destroySoon()
  await settle()
  t.false(connection.destroyed)
  peer.socket.resume()
  await closed(connection)
  await peer.bytes(16 << 20)
})

eachEnd(test, 'bytesWritten counts all that was sent, also while it leaves', async (t, open) => {
  const { connection } = await open(protocol())
  const chunk = Buffer.alloc(100_000)
  let wrong = 0
  for (let n = 1; n <= 100; n++) {
    connection.write(chunk)
    for (let look = 0; look < 200; look++) if (connection.bytesWritten !== n * chunk.length) wrong++
    await new Promise((resolve) => setImmediate(resolve))
  }
  t.is(wrong, 0)
})

eachEnd(test, 'the counters and addresses stay after the closing', async (t, open) => {
  const { connection, peer } = await open(protocol())
  connection.send('12345')
  await peer.write('123\f')
  await peer.bytes(6)
  await state(() => connection.bytesRead === 4, 'four bytes')
  const { remoteAddress, remotePort, localPort, remoteFamily } = connection
  connection.destroy()
  await closed(connection)
  t.like(connection, { bytesRead: 4, bytesWritten: 6, writableLength: 0 })
  t.like(connection, { remoteAddress, remotePort, localPort, remoteFamily, readyState: 'closed' })
})

eachEnd(test.serial, 'setTimeout: after silence only, again and again, until 0', async (t, open) => {
  const { connection, peer } = await open(protocol())
  const log = new Recorder(connection, ['timeout'])
  t.throws(() => connection.setTimeout('5'), { code: 'ERR_INVALID_ARG_TYPE' })
  connection.setTimeout(400)
  t.is(connection.timeout, 400)
  let heard = performance.now()
  const silences = []
  connection.on('data', () => (heard = performance.now()))
  connection.on('timeout', () => silences.push(performance.now() - heard))
  // Over and over within the time it is silent for. Where this process stands still for that long, it was silent.
  for (let n = 0; n < 10; n++) {
    await peer.write('1\f')
    await new Promise((resolve) => setTimeout(resolve, 60))
  }
  t.true(
    silences.every((silence) => silence > 350),
    silences.join()
  )
  const before = log.count('timeout')
  connection.setTimeout(10)
  await log.seen('timeout', before + 2)
  connection.setTimeout(0)
  const count = log.count('timeout')
  await new Promise((resolve) => setTimeout(resolve, 50))
  t.is(log.count('timeout'), count)
  t.false(connection.destroyed)
})

eachEnd(test, 'options take anything in any state', async (t, open) => {
  const { connection } = await open(protocol({ noDelay: true }))
  for (const value of [true, false, undefined, 0, 'x']) t.is(connection.setNoDelay(value), connection)
  for (const value of [undefined, 0, 500, 60_000, -1, NaN, Infinity, '30', 'x', 1e300])
    t.is(connection.setKeepAlive(true, value), connection)
  t.is(connection.setKeepAlive(), connection)
  for (const method of ['ref', 'unref', 'ref', 'pause', 'resume', 'cork', 'uncork', 'setEncoding'])
    if (!['cork', 'uncork'].includes(method)) t.is(connection[method]('utf8'), connection)
  connection.destroy()
  connection.setNoDelay().setKeepAlive(true, 1).ref().unref().pause().resume().setTimeout(5)
  await closed(connection)
  connection.setNoDelay().setKeepAlive(true, 1).ref().unref().pause().resume().setTimeout(5)
  t.is(connection.end(), connection)
  t.is(connection.destroy(), connection)
})

test('states on the way: connecting, open, ended, closed', async (t) => {
  const address = await PLACES.TCP()
  const server = await listen(t, address)
  const connection = engine.connect(address, protocol(), {})
  t.like(connection, {
    connecting: true,
    pending: true,
    readyState: 'opening',
    destroyed: false,
    closed: false
  })
  connection.setNoDelay(true).setKeepAlive(true, 1000)
  await next(connection, 'ready')
  t.like(connection, {
    connecting: false,
    pending: false,
    readyState: 'open',
    readable: true,
    writable: true
  })
  const peer = await server.accepted()
  connection.end()
  t.like(connection, { readyState: 'readOnly', writable: false, readable: true })
  await peer.close()
  await closed(connection)
  t.like(connection, { readyState: 'closed', readable: false, destroyed: true, closed: true })
  t.is(Object.keys(connection).filter((key) => key.startsWith('receiver')).length, 0)
})

test('Symbol.asyncDispose closes, and resolves when it is closed', async (t) => {
  const address = await PLACES.local(t)
  await listen(t, address)
  const connection = await connected(t, address, protocol())
  const dispose = Symbol.asyncDispose ?? Symbol.for('Symbol.asyncDispose')
  if (typeof connection[dispose] !== 'function') return t.pass()
  await deadline(connection[dispose](), 'the disposal')
  t.true(connection.closed)
  await connection[dispose]()
})
