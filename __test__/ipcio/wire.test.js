'use strict'

const test = require('ava')
const {
  ROOT,
  Wire,
  client,
  domainOf,
  encode,
  files,
  recording,
  server,
  wireClient,
  wireServer
} = require('./support')
const { settle } = require('../common/raw')

const ID = /^[0-9a-f]{12}4[0-9a-f]{3}[89ab][0-9a-f]{15}$/

test('IO-2, IO-3: what send puts on the private socket', async (t) => {
  const domain = domainOf(t)
  const wire = await wireServer(t, domain)
  const one = client(t, { domain, name: 'one' })
  one.connect()
  const { socket } = await wire.accepted()
  one.send('s', { a: 1 })
  one.send('s2')
  one.send(null, 1)
  one.send(5, 'é😀', 'x')
  const expected =
    '{"id":null,"command":"s","data":{"a":1},"delivery":null}' +
    '{"id":null,"command":"s2","delivery":null}' +
    '{"id":null,"command":null,"data":1,"delivery":null}' +
    '{"id":null,"command":"5","data":"é😀","delivery":"x"}'
  t.is(await socket.bytes(expected), expected)
})

test('IO-4: what a client puts on the shared socket', async (t) => {
  const domain = domainOf(t)
  const wire = await wireServer(t, domain)
  const one = client(t, { domain, name: 'me' })
  one.connect()
  const { shared, handshake } = await wire.accepted()
  t.is(JSON.stringify(handshake), '{"id":null,"command":"handshake","data":"me","delivery":null}')
  one.discover()
  one.broadcast('b', 1)
  one.emit('to', 'e', 2)
  const expected =
    '{"id":"me","command":"discover","data":null,"delivery":null}' +
    '{"id":"me","command":"broadcast","data":"{\\"id\\":null,\\"command\\":\\"b\\",\\"data\\":1,\\"delivery\\":null}","delivery":null}' +
    '{"id":"me","command":"emit","data":"{\\"id\\":\\"to\\",\\"command\\":\\"e\\",\\"data\\":2,\\"delivery\\":null}","delivery":null}'
  t.is(await shared.bytes(expected), expected)
  one.deliver('to', 'q', 3)
  const { id, command, data, delivery } = await shared.message()
  t.deepEqual([id, command], ['me', 'emit'])
  t.regex(delivery, ID)
  t.is(data, `{"id":"to","command":"q","data":3,"delivery":"${delivery}"}`)
})

test('IO-3, IO-4: what a server puts on the sockets', async (t) => {
  const domain = domainOf(t)
  const one = server(t, { domain }, { hello() {}, ask: () => undefined }).start()
  const shared = await Wire.connect(t, ROOT + domain)
  await shared.write(encode('handshake', 'c"1'))
  const text = JSON.stringify(await shared.message())
  t.regex(text, /^\{"id":"c\\"1","command":"handshake","data":"[0-9a-f]{32}","delivery":null\}$/)
  const { data: uuid } = JSON.parse(text)
  const socket = await Wire.connect(t, `${ROOT}${domain}.${uuid}`)

  const other = await Wire.connect(t, ROOT + domain)
  await other.write(encode('handshake', 'c"1'))
  const taken = '{"id":"c\\"1","command":"error","data":201,"delivery":null}'
  t.is(await other.bytes(taken), taken)

  await shared.write(encode('discover', null, null, 'c"1'))
  const found =
    '{"id":"c\\"1","command":"discover","data":{"clients":["c\\"1"],"command_handlers":["hello","ask"]},"delivery":null}'
  t.is(await shared.bytes(found), found)

  one.emit('c"1', 5, null)
  one.emit('c"1', 'e', { x: 1 }, 'd')
  one.emit('c"1', 'e')
  one.broadcast('b', '}{')
  const emitted =
    '{"id":null,"command":"5","data":null,"delivery":null}' +
    '{"id":null,"command":"e","data":{"x":1},"delivery":"d"}' +
    '{"id":null,"command":"e","delivery":null}' +
    '{"id":null,"command":"b","data":"}{","delivery":null}'
  t.is(await socket.bytes(emitted), emitted)

  await socket.write(encode('ask', 1, '0123'))
  const answer = '{"id":null,"command":"deliver","data":null,"delivery":"0123"}'
  t.is(await socket.bytes(answer), answer)
})

test('IO-5: ids are UUIDs of version 4 without dashes', async (t) => {
  const domain = domainOf(t)
  server(t, { domain }).start()
  const { uuid } = await wireClient(t, domain, 'one')
  t.regex(uuid, ID)
  t.regex(client(t, { domain })._client_name, ID)
  const wire = await wireServer(t, domain + 'b')
  const one = client(t, { domain: domain + 'b' })
  one.connect()
  const { socket } = await wire.accepted()
  one.deliver('ask', 1)
  t.regex((await socket.message()).delivery, ID)
})

test('IO-6: the private socket is there after the answer and gone when the client is', async (t) => {
  const domain = domainOf(t)
  server(t, { domain }, { hello: () => 1 }).start()
  t.deepEqual(files(domain), [`IPC.io.${domain}`])
  const shared = await Wire.connect(t, ROOT + domain)
  await shared.write(encode('handshake', 'one'))
  const { data } = await shared.message()
  t.deepEqual(files(domain).sort(), [`IPC.io.${domain}`, `IPC.io.${domain}.${data}`])
  const socket = await Wire.connect(t, `${ROOT}${domain}.${data}`)
  await socket.write(encode('hello', 1, 'd'))
  await socket.message()
  t.deepEqual(files(domain), [`IPC.io.${domain}`])
})

test('a private listener does not outlive the connection of its handshake', async (t) => {
  const domain = domainOf(t)
  const one = server(t, { domain }).start()
  const shared = await Wire.connect(t, ROOT + domain)
  await shared.write(encode('handshake', 'one'))
  await shared.message()
  shared.socket.destroy()
  const again = await Wire.connect(t, ROOT + domain)
  // The name is free again.
  let command
  while (command !== 'handshake') {
    await again.write(encode('handshake', 'one'))
    command = (await again.message()).command
  }
  t.is(one.census().clients, 1)
  t.is(files(domain).length, 2)
})

// Both ways in: what is written on the private socket reaches handlers that record it.
const ENDS = {
  server: async (t, options, ...commands) => {
    const domain = domainOf(t)
    const { log, handlers } = recording(...commands)
    const made = server(t, { domain, ...options }, handlers).start()
    const { socket, shared } = await wireClient(t, domain, 'raw')
    return { log, socket, shared, made }
  },
  client: async (t, options, ...commands) => {
    const domain = domainOf(t)
    const { log, handlers } = recording(...commands)
    const wire = await wireServer(t, domain)
    const made = client(t, { domain, name: 'one', ...options }, handlers)
    made.connect()
    return { log, made, ...(await wire.accepted()) }
  }
}

for (const [end, open] of Object.entries(ENDS)) {
  test(`IO-7: two frames in one chunk are two calls in order (${end})`, async (t) => {
    const { log, socket } = await open(t, {}, 'a', 'b')
    await socket.write(encode('a', 1) + '\r\n ' + encode('b', 2) + encode('a', 3))
    await log.until(({ events }) => events.length === 3)
    t.deepEqual(log.events, [
      ['a', 1],
      ['b', 2],
      ['a', 3]
    ])
  })

  test(`IO-8: a frame split at every byte is one call (${end})`, async (t) => {
    const { log, socket } = await open(t, {}, 'a')
    const frame = Buffer.from(encode('a', { x: 'é😀"\\}{' }))
    let count = 0
    for (let cut = 1; cut < frame.length; cut++) {
      await socket.write(frame.subarray(0, cut))
      await new Promise((resolve) => setImmediate(resolve))
      await socket.write(frame.subarray(cut))
      await log.seen('a', ++count)
    }
    t.true(log.all('a').every(([{ x }]) => x === 'é😀"\\}{'))
  })

  test(`IO-9: a message of 1 MB arrives (${end})`, async (t) => {
    const { log, socket } = await open(t, {}, 'a')
    const data = 'é}{'.repeat(300000)
    await socket.write(encode('a', data) + encode('a', 1))
    await log.seen('a', 2)
    t.true(log.events[0][1] === data)
  })

  test(`IO-10: }{, CR and LF in a string arrive unchanged (${end})`, async (t) => {
    const { log, socket } = await open(t, {}, 'a')
    const data = { '}{': ['}{\r\n', '"}{"', '\\'] }
    await socket.write(encode('a', data))
    await log.seen('a')
    t.deepEqual(log.events[0][1], data)
  })

  test(`IO-11: garbage between chunks does no harm (${end})`, async (t) => {
    const { log, socket, shared } = await open(t, {}, 'a')
    const garbage = ['garbage', '}', '[1,2', '5 null "x"', '{"a":', '\u0000', '{{{', ']']
    let count = 0
    for (const piece of garbage) {
      await socket.write(piece)
      await new Promise((resolve) => setTimeout(resolve, 5))
      await socket.write(encode('a', count))
      // Where a value was due, the first frame is taken for it.
      await socket.write(encode('a', count))
      await new Promise((resolve) => setTimeout(resolve, 5))
      await socket.write(encode('a', `end ${++count}`))
      await log.until(({ events }) => events.some(([, data]) => data === `end ${count}`))
    }
    t.false(socket.closed || shared.closed)
  })

  test(`IO-12: data that is false in JavaScript arrives as it is, or as null if wanted (${end})`, async (t) => {
    const send = async ({ log, socket }) => {
      for (const data of [0, false, '', null, undefined]) await socket.write(encode('a', data))
      await log.seen('a', 5)
      return log.events.map(([, data]) => data)
    }
    t.deepEqual(await send(await open(t, {}, 'a')), [0, false, '', null, null])
    t.deepEqual(await send(await open(t, { falsyAsNull: true }, 'a')), [null, null, null, null, null])
  })

  test(`IO-16, IO-29: commands nobody handles call nothing and are answered with null (${end})`, async (t) => {
    const { log, socket } = await open(t, {}, 'a')
    for (const command of ['toString', 'constructor', '__proto__', 'hasOwnProperty', 'none', null]) {
      await socket.write(encode(command, 1))
      await socket.write(encode(command, 1, 'd'))
      t.deepEqual(await socket.message(), { id: null, command: 'deliver', data: null, delivery: 'd' })
    }
    t.deepEqual(log.events, [])
  })

  test(`IO-33: half a frame, then in a new chunk a complete one (${end})`, async (t) => {
    const { log, socket } = await open(t, {}, 'a')
    await socket.write('{"id":null,"command":"a","data":"lo')
    await settle()
    await socket.write(encode('a', 1))
    await log.seen('a')
    t.deepEqual(log.events, [['a', 1]])
  })

  test(`commands of the protocol reach no handler and are not answered (${end})`, async (t) => {
    const { socket } = await open(t, {}, 'a')
    for (const command of ['handshake', 'discover', 'broadcast', 'emit', 'deliver', 'error']) {
      await socket.write(encode(command, 'x', 'd'))
    }
    await settle()
    t.is(socket.take(), '')
  })
}
