'use strict'

const fs = require('node:fs')
const path = require('node:path')
const test = require('ava')
const {
  engine,
  protocol,
  receiver,
  serve,
  client,
  connected,
  closed,
  eachEnd,
  eachPlace,
  PLACES
} = require('./support')
const { wantsLoop } = require('../../lib/engine/native-addon')
const { next } = require('../common/events')
const { state } = require('../common/deadline')
const { directory } = require('../common/places')
const { run } = require('../common/processes')
const { dial, listen, settle } = require('../common/raw')

for (const framing of [{ mode: 'delimiter', delimiter: '\f' }, { mode: 'line' }, { mode: 'json-object' }]) {
  eachEnd(
    test,
    `maxFrameBytes: earlier frames come, then the connection fails, ${framing.mode}`,
    async (t, open) => {
      const log = receiver()
      const end = { delimiter: '\f', line: '\n', 'json-object': '' }[framing.mode]
      const { connection, peer } = await open(protocol({ framing, maxFrameBytes: 64 }), log)
      const errors = []
      connection.on('error', (error) => errors.push(error))
      const fits = `{"a":"${'x'.repeat(56)}"}`
      t.is(fits.length, 64)
      peer.socket.write(`{"n":1}${end}${fits}${end}{"n":"${'x'.repeat(80)}"}${end}{"n":2}${end}`)
      await log.seen('closed')
      t.is(log.count('message'), 2)
      const [[error]] = log.all('failed')
      t.true(error instanceof Error)
      t.like(error, { code: 'ERR_IPC_FRAME_TOO_LARGE', limit: 64 })
      t.deepEqual(errors, [error])
      t.deepEqual(log.all('closed'), [[true]])
      await peer.close()
    }
  )
}

eachEnd(test, 'maxFrameBytes: a frame that never ends fails as soon as it is too long', async (t, open) => {
  const log = receiver()
  const { peer } = await open(protocol({ maxFrameBytes: 100_000 }), log)
  peer.socket.write('"' + 'x'.repeat(99_998))
  await settle()
  t.is(log.count('failed'), 0)
  peer.socket.write('xxxxx')
  await log.seen('closed')
  t.is(log.all('failed')[0][0].code, 'ERR_IPC_FRAME_TOO_LARGE')
})

test('maxFrameBytes: other connections go on', async (t) => {
  const address = await PLACES.local(t)
  const log = receiver()
  await serve(t, address, protocol({ maxFrameBytes: 10 }), log)
  const [good, bad] = [await dial(t, address), await dial(t, address)]
  await good.write('1\f2')
  await bad.write('12345678901\f')
  await log.seen('failed')
  await good.write('3\f')
  await log.seen('message', 2)
  t.deepEqual(log.all('message'), [[1], [23]])
})

eachEnd(
  test,
  'maxOutboxBytes: a send over it throws a typed error, the connection stays usable',
  async (t, open) => {
    const { connection, peer } = await open(protocol({ maxOutboxBytes: 1 << 20 }))
    peer.socket.pause()
    const text = JSON.stringify('x'.repeat(100_000))
    let sent = 0
    let error
    // Until the operating system takes no more either.
    for (let before = -1; before < sent; await settle()) {
      before = sent
      error = t.throws(() => {
        for (; sent < 1000; sent++) connection.send(text)
      })
    }
    t.like(error, { code: 'ERR_IPC_OUTBOX_FULL', limit: 1 << 20 })
    t.true(connection.writableLength <= 1 << 20)
    // TCP may take some more at any time: then it is not refused, but waits.
    const refusal = async (call) => {
      let refused
      for (; !refused; await settle()) t.false(call((error) => (refused = error)))
      return refused.code
    }
    t.is(await refusal((callback) => connection.send(text, callback)), 'ERR_IPC_OUTBOX_FULL')
    const bytes = Buffer.alloc(1 << 20)
    t.is(await refusal((callback) => connection.write(bytes, callback)), 'ERR_IPC_OUTBOX_FULL')
    t.false(connection.destroyed)
    const drained = next(connection, 'drain')
    peer.socket.resume()
    await drained
    connection.send('"again"')
    await state(() => connection.writableLength === 0, 'all to leave')
    await peer.bytes(connection.bytesWritten)
    t.is(peer.received.subarray(-8).toString(), '"again"\f')
  }
)

eachEnd(test, 'highWaterMark: false from there on, one drain when all has left', async (t, open) => {
  const { connection, peer } = await open(protocol({ highWaterMark: 1000 }))
  peer.socket.pause()
  let drains = 0
  connection.on('drain', () => drains++)
  t.true(connection.send('1'))
  await peer.until(() => true, 'nothing')
  // More than the operating system takes.
  const written = 2 + (32 << 20)
  t.false(connection.write(Buffer.alloc(32 << 20, 'x')))
  await settle()
  const before = drains
  await settle()
  t.is(drains, before)
  t.true(connection.writableLength >= 1)
  t.is(connection.bytesWritten, written)
  peer.socket.resume()
  await peer.bytes(written)
  await state(() => drains === before + 1, 'the drain')
  t.is(connection.writableLength, 0)
  await settle()
  t.is(drains, before + 1)
})

for (const maxInboxBytes of [undefined, 4096]) {
  eachPlace(
    test.serial,
    `a receiver that stands still holds the sender up and loses nothing, inbox ${maxInboxBytes}`,
    async (t, address) => {
      const gate = path.join(directory(t), 'gate')
      const program = run(t, path.join(__dirname, 'programs', 'blocked.js'), { address, maxInboxBytes, gate })
      await program.report('ready')
      const sender = await connected(t, address, protocol({ highWaterMark: 1 << 16 }))
      sender.send('"block"')
      await program.report('blocked')
      const text = (n) => JSON.stringify({ n, text: 'x'.repeat(1000) })
      const TOTAL = 20_000
      let n = 0
      const more = () => {
        while (n < TOTAL && sender.send(text(n++)));
        if (n < TOTAL) sender.once('drain', more)
        else sender.end()
      }
      more()
      // Longer than twenty megabytes take.
      await settle(200)
      t.true(n < TOTAL, 'the sender was held up')
      fs.writeFileSync(gate, '')
      const [result] = await program.report('result')
      t.deepEqual({ count: result.count, ordered: result.ordered }, { count: TOTAL, ordered: true })
      t.true(result.grown < 40 << 20, `the receiver grew by ${result.grown} bytes`)
      await program.success()
    }
  )
}

eachPlace(
  test.serial,
  'empty frames count: a flood of them does not fill the memory of a receiver that stands still',
  async (t, address) => {
    const gate = path.join(directory(t), 'gate')
    const program = run(t, path.join(__dirname, 'programs', 'blocked.js'), { address, flood: true, gate })
    await program.report('ready')
    const peer = await dial(t, address)
    peer.socket.write('"block"\f')
    await program.report('blocked')
    for (let n = 0; n < 320; n++) peer.socket.write(Buffer.alloc(1 << 16, '\f'))
    await settle(200)
    fs.writeFileSync(gate, '')
    const [{ grown }] = await program.report('stood')
    t.true(grown < 100 << 20, `it grew by ${grown} bytes`)
    peer.socket.destroy()
    await program.kill()
  }
)

eachPlace(
  test.serial,
  'a peer that never reads: what waits for it is bounded by the cap',
  async (t, address) => {
    const server = await listen(t, address)
    const connection = await connected(t, address, protocol({ maxOutboxBytes: 1 << 20 }))
    const peer = await server.accepted()
    peer.socket.pause()
    await settle()
    const before = process.memoryUsage().rss
    const text = JSON.stringify('x'.repeat(1000))
    let refused = 0
    for (let n = 0; n < 200_000; n++)
      connection.send(text, (error) => error?.code === 'ERR_IPC_OUTBOX_FULL' && refused++)
    await settle()
    t.true(refused > 150_000)
    t.true(connection.writableLength <= 1 << 20)
    t.true(process.memoryUsage().rss - before < 300 << 20)
    connection.destroy()
    await closed(connection)
  }
)

const TEXTS = {
  ASCII: (bytes) => 'x'.repeat(bytes),
  'of two bytes a character': (bytes) => 'é'.repeat(bytes >> 1) + 'x'.repeat(bytes & 1),
  'of three': (bytes) => '日'.repeat(Math.floor(bytes / 3)) + 'x'.repeat(bytes % 3),
  'of four, two units each': (bytes) => '😀'.repeat(bytes >> 2) + 'x'.repeat(bytes & 3)
}

for (const [kind, text] of Object.entries(TEXTS)) {
  test(`maxOutboxBytes is exact, counted as UTF-8 with what ends a frame: text ${kind}`, (t) => {
    const description = protocol({
      maxOutboxBytes: 10_000,
      framing: { mode: 'delimiter', delimiter: '\r\n' }
    })
    const nowhere = { host: 'a.name', port: 1, lookup() {} }
    for (const already of [0, 1, 5000, 9000]) {
      const room = 10_000 - already - '\r\n'.length
      const connection = client(t, nowhere, description)
      if (already > 0) connection.write(Buffer.alloc(already))
      t.throws(() => connection.send(text(room + 1)), { code: 'ERR_IPC_OUTBOX_FULL' })
      t.is(connection.writableLength, already)
      connection.send(text(room))
      t.is(connection.writableLength, 10_000)
      t.throws(() => connection.send(''), { code: 'ERR_IPC_OUTBOX_FULL' })
      t.throws(() => connection.write('x'), { code: 'ERR_IPC_OUTBOX_FULL' })
      connection.write('')
      t.is(connection.writableLength, 10_000)
    }
  })
}

test('maxOutboxBytes counts the envelope, too', (t) => {
  const envelope = new engine.Envelope('type', 'data')
  const connection = client(
    t,
    { host: 'a.name', port: 1, lookup() {} },
    protocol({ maxOutboxBytes: 1000, envelope })
  )
  const room = 1000 - Buffer.byteLength(JSON.stringify({ type: 'é', data: '' }) + '\f')
  t.throws(() => connection.sendEvent(envelope, 'é', TEXTS['of three'](room + 1)), {
    code: 'ERR_IPC_OUTBOX_FULL'
  })
  t.is(connection.writableLength, 0)
  connection.sendEvent(envelope, 'é', TEXTS['of three'](room))
  t.is(connection.writableLength, 1000)
})

test('maxOutboxBytes counts what a text becomes as JSON', (t) => {
  const envelope = new engine.Envelope('type', 'data')
  for (const text of ['\n'.repeat(100), '\0"', '\ud83d', 'é\ude00\\']) {
    const wire = Buffer.byteLength(JSON.stringify({ type: 'a', data: text }) + '\f')
    for (const missing of [0, 1]) {
      const description = protocol({ maxOutboxBytes: wire - missing, envelope })
      const connection = client(t, { host: 'a.name', port: 1, lookup() {} }, description)
      const send = () => connection.sendEvent(envelope, 'a', text)
      if (missing > 0) t.throws(send, { code: 'ERR_IPC_OUTBOX_FULL' })
      else send()
      t.is(connection.writableLength, missing > 0 ? 0 : wire)
    }
  }
})

/** How what is called fails; undefined if it does not. */
function code(call) {
  try {
    call()
  } catch (error) {
    return error.code
  }
}

eachEnd(test, 'maxOutboxBytes is exact for what the operating system has not taken, too', async (t, open) => {
  const limit = 1 << 20
  let connection, peer
  // TCP takes more when it has seen that the peer has room: if it does so in between, another connection has to tell.
  for (let calm = false; !calm;) {
    connection?.destroy()
    ;({ connection, peer } = await open(protocol({ maxOutboxBytes: limit })))
    peer.socket.pause()
    while (connection.writableLength < limit >> 1) {
      connection.write(Buffer.alloc(limit >> 2))
      await settle()
    }
    const taken = () => connection.bytesWritten - connection.writableLength
    const before = taken()
    const room = limit - connection.writableLength - 1
    const over = code(() => connection.send(TEXTS['of three'](room + 1)))
    const within = code(() => connection.send(TEXTS['of three'](room)))
    const { writableLength } = connection
    calm = taken() === before
    if (calm) {
      t.deepEqual([over, within, writableLength], ['ERR_IPC_OUTBOX_FULL', undefined, limit])
    }
  }
  // The end is no byte: it is taken however full the outbox is.
  const finished = next(connection, 'finish')
  connection.end()
  peer.socket.resume()
  await finished
})

test('broadcast: exactly those that have no room are left out', async (t) => {
  const nowhere = { host: 'a.name', port: 1, lookup() {} }
  const description = protocol({ maxOutboxBytes: 100 })
  const connections = [0, 49, 50, 99].map((already) => {
    const connection = client(t, nowhere, description)
    if (already > 0) connection.write(Buffer.alloc(already))
    return connection
  })
  // 51 bytes with the delimiter.
  engine.broadcast(connections, 'é'.repeat(25))
  t.deepEqual(
    connections.map(({ writableLength }) => writableLength),
    [51, 100, 50, 99]
  )
})

eachEnd(
  test,
  'drain comes when nothing waits, once, even if more was sent after it was due',
  async (t, open) => {
    const { connection, peer } = await open(protocol({ highWaterMark: 1000 }))
    peer.socket.pause()
    const seen = []
    connection.on('drain', () => seen.push(connection.writableLength))
    // The first leaves at once, and its drain is due; the second is more than the operating system takes.
    t.false(connection.send('x'.repeat(2000)))
    t.false(connection.write(Buffer.alloc(16 << 20)))
    await settle()
    t.deepEqual(seen, [])
    peer.socket.resume()
    await state(() => seen.length > 0, 'the drain')
    await settle()
    t.deepEqual(seen, [0])
  }
)

eachEnd(
  test,
  'drain comes when nothing waits, even if a handler of the same batch has sent more',
  async (t, open) => {
    const seen = []
    const { connection, peer } = await open(protocol({ highWaterMark: 1000 }), {
      message(value, self) {
        // Several: the first of a turn may leave at once.
        for (let n = 0; n < 3; n++) self.send(String(value))
      }
    })
    connection.on('drain', () => seen.push(connection.writableLength))
    for (let round = 1; round <= 30; round++) {
      t.false(connection.send('x'.repeat(2000)))
      // Its frames and the drain are in one batch, as often as not.
      peer.socket.write(`${round}\f`.repeat(20))
      await state(() => seen.length >= round, 'the drain')
    }
    await settle()
    t.deepEqual([...new Set(seen)], [0])
    t.true(seen.length < 40, `${seen.length} drains for 30 times above the mark`)
  }
)

eachEnd(test, 'drain does not come on the way to the end', async (t, open) => {
  const { connection, peer } = await open(protocol({ highWaterMark: 1000 }))
  peer.socket.pause()
  let drains = 0
  connection.on('drain', () => drains++)
  t.false(connection.write(Buffer.alloc(16 << 20)))
  connection.end()
  peer.socket.resume()
  await closed(connection)
  t.is(drains, 0)
})

// There is no such size on the worker path, whose thread is never busy with anything else; other systems have their own.
const SIZES = '/proc/sys/net/core'
if (process.platform === 'linux' && wantsLoop() && fs.existsSync(`${SIZES}/wmem_max`)) {
  test('large messages: the kernel takes more of them than it does by itself', async (t) => {
    const address = await PLACES.local(t)
    const listener = await listen(t, address)
    const accepted = listener.accepted()
    const connection = await connected(t, address, protocol())
    const peer = await accepted
    peer.socket.pause()
    connection.send('"small"')
    await settle()
    const text = JSON.stringify('x'.repeat(8 << 20))
    connection.send(text)
    const [usual, most] = ['wmem_default', 'wmem_max'].map((name) =>
      Number(fs.readFileSync(`${SIZES}/${name}`))
    )
    // Asked for 512 KiB, if that is more than it takes unasked, it allows twice as much, as far as its limit does: of 208 KiB it makes 416.
    const wide = usual < 512 << 10 ? 2 * Math.min(512 << 10, most) : usual
    if (wide > usual) {
      const between = (usual + wide) / 2
      await state(() => text.length - connection.writableLength > between, 'more to be taken')
    }
    t.true(connection.writableLength > 0)
    peer.socket.resume()
    await state(() => connection.writableLength === 0, 'all to be taken')
  })
}
