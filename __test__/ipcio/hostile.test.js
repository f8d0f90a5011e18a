'use strict'

const net = require('node:net')
const path = require('node:path')
const test = require('ava')
const { ROOT, Wire, connected, domainOf, encode, files, recording, server, wireClient } = require('./support')
const { deadline, state } = require('../common/deadline')
const { settle } = require('../common/raw')
const { run } = require('../common/processes')

const relay = (command, inner, from = 'x', delivery = null) => encode(command, inner, delivery, from)

test('IO-30: relays that make no sense do not harm the server', async (t) => {
  const domain = domainOf(t)
  const own = server(t, { domain }, { hello: () => 'fine' }).start()
  const { log, handlers } = recording('e')
  const one = await connected(t, { domain, name: 'one' }, handlers)
  const { shared } = await wireClient(t, domain, 'hostile')
  for (const command of ['emit', 'broadcast', 'handshake', 'discover', 'deliver', 'x', '__proto__', null]) {
    for (const data of [
      5,
      null,
      {},
      [],
      true,
      '',
      '{',
      '[]',
      '5',
      '{}',
      '{"id":"__proto__"}',
      '{"command":{}}'
    ]) {
      await shared.write(relay(command, data))
    }
  }
  await shared.write(relay('emit', encode('e', 1, null, 'one')))
  await log.seen('e')
  t.deepEqual(log.events, [['e', 1]])
  t.is(await one.deliver('hello', 1), 'fine')
  t.deepEqual(own.troubles, [])
  t.is({}.polluted, undefined)
})

test('a delivery is answered by the one who was asked, and nobody else', async (t) => {
  const domain = domainOf(t)
  server(t, { domain }).start()
  const asker = await connected(t, { domain, name: 'asker' })
  const asked = await wireClient(t, domain, 'asked')
  const hostile = await wireClient(t, domain, 'hostile')
  const result = asker.deliver('asked', 'q', 1)
  const { delivery } = await asked.socket.message()
  // Knowing the id is of no use.
  await hostile.socket.write(encode('deliver', 'forged', delivery))
  await hostile.shared.write(encode('deliver', 'forged', delivery))
  await hostile.shared.write(relay('emit', encode('deliver', 'forged', delivery, 'asker'), 'asked', delivery))
  await hostile.shared.write(relay('broadcast', encode('deliver', 'forged', delivery)))
  // Nor is it possible to become the one who asked.
  await hostile.shared.write(relay('emit', encode('q', 2, delivery, 'asked'), 'asker', delivery))
  await settle()
  t.is(asked.socket.take(), '')
  await asked.socket.write(encode('deliver', 'true', delivery))
  t.is(await deadline(result, 'the result'), 'true')
  await settle()
  t.is(hostile.socket.take() + hostile.shared.take(), '')
})

test("nobody can be had by another one's name", async (t) => {
  const domain = domainOf(t)
  const own = server(t, { domain }, { who: ({ name }) => name }).start()
  const { log, handlers } = recording('b')
  const one = await connected(t, { domain, name: 'one' }, handlers)
  const hostile = await wireClient(t, domain, 'hostile')
  // It says it is `one`; the connection says who it is, and who is left out.
  await hostile.shared.write(relay('broadcast', encode('b', 1), 'one'))
  await log.seen('b')
  await hostile.shared.write(encode('handshake', 'one'))
  await hostile.shared.write(encode('handshake', 'other'))
  await settle()
  t.is(hostile.shared.take(), '', 'one name a connection')
  const taken = '{"id":"one","command":"error","data":201,"delivery":null}'
  const another = await Wire.connect(t, ROOT + domain)
  await another.write(encode('handshake', 'one'))
  t.is(await another.bytes(taken), taken)
  t.is(await one.deliver('who', 1), 'one')
  for (const name of ['__proto__', 'constructor', 'toString']) {
    const { socket } = await wireClient(t, domain, name)
    await socket.write(encode('who', 1, 'd'))
    t.is((await socket.message()).data, name)
    own.emit(name, 'x', 1)
    t.is((await socket.message()).command, 'x')
  }
  t.is({}.name, undefined)
})

test('names that cannot be had', async (t) => {
  const domain = domainOf(t)
  const own = server(t, { domain }).start()
  const shared = await Wire.connect(t, ROOT + domain)
  await shared.write(encode('handshake', 'x'.repeat(10000)))
  t.is((await shared.message()).data, 201)
  for (const name of [null, '', {}, [], true]) await shared.write(encode('handshake', name))
  await settle()
  t.is(own.census().clients, 0)
})

test('a frame over the cap closes its connection and is reported', async (t) => {
  const domain = domainOf(t)
  const own = server(t, { domain, maxFrameBytes: 10000 }, { hello: () => 1 }).start()
  const one = await connected(t, { domain })
  for (const end of ['shared', 'socket']) {
    const hostile = await wireClient(t, domain, end)
    await hostile[end].write(`{"data":"${'x'.repeat(20000)}`)
    await hostile[end].gone()
  }
  await state(() => own.troubles.length >= 3, 'the reports')
  t.true(own.troubles.every(({ code }) => code === 'ERR_IPC_FRAME_TOO_LARGE'))
  t.true(own.troubles.some(({ client }) => client === 'socket'))
  t.is(await one.deliver('hello', 1), 1)
})

test('a client that does not read loses messages, which is reported with its name; others do not', async (t) => {
  const domain = domainOf(t)
  const own = server(t, { domain, maxOutboxBytes: 1000000 }).start()
  const deaf = await wireClient(t, domain, 'deaf')
  deaf.socket.socket.pause()
  const { log, handlers } = recording('b')
  await connected(t, { domain, name: 'one' }, handlers)
  const two = await connected(t, { domain })
  const data = 'x'.repeat(10000)
  for (let n = 0; n < 1000; n++) two.broadcast('b', data)
  await log.seen('b', 1000)
  await state(() => own.troubles.length > 0, 'the report')
  const [error] = own.troubles
  t.is(error.code, 'ERR_IPC_OUTBOX_FULL')
  t.is(error.client, 'deaf')
  t.true(error.lost >= 1)
  t.true(own.troubles.length < 20, 'not one report a message')
  t.true(own.troubles.every(({ client }) => client === 'deaf'))
})

test('the server itself cannot fill the memory with what a client does not read', async (t) => {
  const domain = domainOf(t)
  const own = server(t, { domain, maxOutboxBytes: 1000000 }, { go() {} }).start()
  const deaf = await wireClient(t, domain, 'deaf')
  deaf.socket.socket.pause()
  await state(() => own._name_registry.deaf, 'the client to be there')
  const data = 'x'.repeat(10000)
  for (let n = 0; n < 500; n++) own.emit('deaf', 'b', data)
  t.false(own._name_registry.deaf.socket.writeCommand('b', data))
  await state(() => own.troubles.length > 0, 'the report')
  t.true(own.troubles.every(({ client, code }) => client === 'deaf' && code === 'ERR_IPC_OUTBOX_FULL'))
})

test.serial('half-open handshakes have a limit, and so has their memory', async (t) => {
  const domain = domainOf(t)
  const own = run(t, path.join(__dirname, 'programs', 'hosting.js'), { domain })
  await own.report('ready')
  const one = await connected(t, { domain, name: 'one' })
  const before = await one.deliver('census', 1)
  const count = Number(process.env.NAPI_IPC_TEST_HANDSHAKES ?? 6000)
  const sockets = new Set()
  const half = (name) =>
    new Promise((resolve, reject) => {
      const socket = net.connect(ROOT + domain, () => {
        sockets.add(socket)
        socket.on('close', () => sockets.delete(socket))
        // Reading is what notices that it has been turned out.
        socket.resume()
        socket.write(encode('handshake', name), resolve)
      })
      socket.on('error', reject)
    })
  for (let n = 0; n < count;) {
    try {
      await half(`half-open ${n}`)
      n++
    } catch (error) {
      if (error.code === 'EMFILE') throw error
      // A full backlog.
      await new Promise((resolve) => setTimeout(resolve, 5))
    }
  }
  let during
  // Some may have been turned out whose end is not there yet.
  do during = await one.deliver('census', 1)
  while (during.clients > 4097)
  t.log({ before, during })
  t.true(during.waiting <= 4096)
  t.true(during.rss - before.rss < 200e6, `${(during.rss - before.rss) / 1e6} MB`)
  for (const socket of [...sockets]) socket.destroy()
  let after
  do after = await one.deliver('census', 1)
  while (after.waiting > 0 || after.clients > 1 || after.descriptors > before.descriptors)
  t.deepEqual(files(domain), [`IPC.io.${domain}`])
})

test.serial('a storm of garbage', async (t) => {
  const domain = domainOf(t)
  const own = run(t, path.join(__dirname, 'programs', 'hosting.js'), { domain })
  await own.report('ready')
  const one = await connected(t, { domain, name: 'one' })
  const before = await one.deliver('census', 1)
  const pieces = [
    '{',
    '}',
    '"',
    '\\',
    '[',
    'garbage',
    encode('emit', '{'),
    '{"data":"',
    '\u0000',
    encode('discover', 1)
  ]
  const storm = async (wire) => {
    for (let n = 0; n < 3000 && !wire.closed; n++) {
      wire.socket.write(pieces[(n * 7 + (n >> 3)) % pieces.length].repeat(1 + (n % 50)))
      if (n % 100 === 0) await settle(1)
    }
    wire.take()
  }
  await Promise.all(
    ['a', 'b', 'c'].map(async (name) => {
      const { shared, socket } = await wireClient(t, domain, name)
      await Promise.all([storm(shared), storm(socket)])
      shared.socket.destroy()
      socket.socket.destroy()
    })
  )
  const after = await one.deliver('census', 1)
  t.true(after.rss - before.rss < 100e6, `${(after.rss - before.rss) / 1e6} MB`)
})
