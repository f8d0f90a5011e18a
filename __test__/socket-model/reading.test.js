'use strict'

const fs = require('node:fs')
const path = require('node:path')
const test = require('ava')
const {
  RECEIVERS,
  atOnce,
  connected,
  line,
  pair,
  part,
  payloads,
  receive,
  recorded,
  start,
  text,
  wrapped
} = require('./support')
const { next, Recorder } = require('../common/events')
const { local } = require('../common/places')
const { dial, inPieces, settle } = require('../common/raw')
const { run } = require('../common/processes')

const ODD = ['é€😀', '\u2028\u2029', '\ufeffmark', 'a\nb\r\nc', '\0\f', '"\\"', '{"a":1}', '|']

for (const [name, receiver] of Object.entries(RECEIVERS)) {
  test(`SM-9: handlers get the whole wrapper, ${name}`, async (t) => {
    const { target, peer } = await receiver(t, await local(t))
    const heard = receive(target)
    const wrapper = { mid: '7da10f96-18f7-4f4f-a9ad-d641462fa986', ts: 1795200525391, message: { z: 1 } }
    await peer.write(line(wrapper))
    await heard.seen('message')
    t.deepEqual(heard.all('message')[0][0], wrapper)
  })

  test(`SM-9: handlers get the socket the message came from, ${name} (ruling 10)`, async (t) => {
    const { target, peer, socket } = await receiver(t, await local(t))
    const heard = receive(target)
    await peer.write(wrapped('m'))
    await heard.seen('message')
    t.is(heard.all('message')[0].length, 2)
    t.is(heard.all('message')[0][1], socket)
  })

  test(`SM-9: several handlers get it, in the order they were added, ${name}`, async (t) => {
    const { target, peer } = await receiver(t, await local(t))
    const log = new Recorder()
    for (const which of ['one', 'two']) target.onMessage((wrapper) => log.add(which, wrapper))
    target.getReader().on('message', (wrapper) => log.add('three', wrapper))
    await peer.write(wrapped(1) + wrapped(2))
    await log.seen('three', 2)
    t.deepEqual(log.types, ['one', 'two', 'three', 'one', 'two', 'three'])
    t.is(new Set(log.events.map(([, wrapper]) => wrapper)).size, 2)
  })

  test(`SM-10: whatever JSON a line is, it is delivered as it is, ${name}`, async (t) => {
    const { target, peer } = await receiver(t, await local(t))
    const heard = receive(target)
    const values = [{ a: 1 }, 'abc', 'é', 123, -1.5, true, [1], [[]], { __proto__: null, mid: 1 }, ...ODD]
    await peer.write(values.map(line).join(''))
    await heard.seen('message', values.length)
    t.deepEqual(
      heard.all('message').map(([value]) => value),
      values
    )
  })

  test(`SM-10: short lines, falsy values and bad JSON are no messages, the connection stays, ${name}`, async (t) => {
    const { said, log } = recorded()
    const { target, peer } = await receiver(t, await local(t), { log })
    const heard = receive(target)
    const short = ['', '5', '{}', '[]', '""', '42', '-1', 'xx', '}', 'é']
    const falsy = ['null', 'false', '0.0', '-0.0', ' "" ']
    const bad = [
      'bad',
      '0000',
      '{"a":1',
      '{"a":1}}',
      '{"a":1}{"b":2}',
      "{'a':1}",
      '\ufeff{"a":1}',
      'undefined'
    ]
    await peer.write([...short, ...falsy, ...bad, '"last"'].map((each) => `${each}\n`).join(''))
    await heard.seen('message')
    t.deepEqual(heard.all('message')[0][0], 'last')
    t.is(said.count('error'), bad.length)
    for (const [at, items] of said.all('error').entries()) {
      t.true(text(items).startsWith(`error parsing line: ${bad[at]}, err: `), text(items))
    }
    await peer.write(wrapped('still there'))
    await heard.seen('message', 2)
    t.false(peer.closed)
  })

  test(`SM-10: spaces count where lines are too short, ${name}`, async (t) => {
    const { target, peer } = await receiver(t, await local(t))
    const heard = receive(target)
    await peer.write('{ }\n[ ]\n 5 \n5.0\n€€\n""\n')
    await heard.seen('message', 4)
    t.deepEqual(
      heard.all('message').map(([value]) => value),
      [{}, [], 5, 5]
    )
  })

  test(`SM-10: invalid UTF-8 is replaced, ${name}`, async (t) => {
    const { target, peer } = await receiver(t, await local(t))
    const heard = receive(target)
    await peer.write(Buffer.concat([Buffer.from('"a'), Buffer.from([0xff, 0xc3]), Buffer.from('b"\n')]))
    await heard.seen('message')
    t.is(heard.all('message')[0][0], 'a\ufffd\ufffdb')
  })

  test(`SM-10: what a peer calls its keys changes nothing, ${name}`, async (t) => {
    const { target, peer } = await receiver(t, await local(t))
    const heard = receive(target)
    await peer.write('{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}},"then":1}\n')
    await heard.seen('message')
    t.is({}.polluted, undefined)
    t.deepEqual(Object.keys(heard.all('message')[0][0]), ['__proto__', 'constructor', 'then'])
  })

  test(`SM-11: lines end with CR LF, too, ${name}`, async (t) => {
    const { target, peer } = await receiver(t, await local(t))
    const heard = receive(target)
    await peer.write('"abc"\r\n\r\n"def"\n\n"ghi"\r\n')
    await heard.seen('message', 3)
    t.deepEqual(
      heard.all('message').map(([value]) => value),
      ['abc', 'def', 'ghi']
    )
  })

  test(`SM-11: several lines in a chunk are delivered in order, with the beginning of the next, ${name}`, async (t) => {
    const { target, peer } = await receiver(t, await local(t))
    const heard = receive(target)
    const numbers = Array.from({ length: 500 }, (_, n) => n + 1)
    const last = wrapped('last')
    await peer.write(numbers.map((n) => wrapped(n)).join('') + last.slice(0, 50))
    await heard.seen('message', numbers.length)
    await peer.write(last.slice(50))
    await heard.seen('message', numbers.length + 1)
    t.deepEqual(payloads(heard), [...numbers, 'last'])
  })

  test(`SM-11: split at every byte, ${name}`, async (t) => {
    const { target, peer, socket } = await receiver(t, await local(t))
    const heard = receive(target)
    const stream = Buffer.from(
      ODD.map((message, n) => wrapped(message).replace('\n', n % 2 ? '\r\n' : '\n')).join('')
    )
    const pieces = [...stream.keys()].map((at) => stream.subarray(at, at + 1))
    await inPieces({ peer, socket }, pieces)
    await heard.seen('message', ODD.length)
    t.deepEqual(payloads(heard), ODD)
  })

  test(`SM-11: cut once at every place, ${name}`, async (t) => {
    const { target, peer, socket } = await receiver(t, await local(t))
    const heard = receive(target)
    const stream = Buffer.from(line('é€😀') + '"x"\r\n')
    for (let at = 1; at < stream.length; at++) {
      await inPieces({ peer, socket }, [stream.subarray(0, at), stream.subarray(at)])
    }
    await heard.seen('message', 2 * (stream.length - 1))
    t.true(heard.all('message').every(([value], n) => value === ['é€😀', 'x'][n % 2]))
  })

  for (const size of [1, 65535, 65536, 65537, 1 << 20]) {
    test(`SM-11: a message of ${size} characters, ${name}`, async (t) => {
      const { target, peer } = await receiver(t, await local(t))
      const heard = receive(target)
      const messages = ['x'.repeat(size), 'é'.repeat(size), 'after']
      for (const message of messages) peer.write(wrapped(message))
      await heard.seen('message', messages.length)
      t.true(payloads(heard).every((message, at) => message === messages[at]))
    })
  }

  // The original's client forgets its handlers when the stream ends.
  const ruling = name === 'client' ? ' (ruling 3)' : ''
  test(`SM-12: the rest is a line when the stream ends, ${name}${ruling}`, async (t) => {
    const { target, peer } = await receiver(t, await local(t), { reconnect: false })
    const heard = receive(target)
    peer.socket.end(wrapped('whole') + wrapped('rest').trimEnd())
    await heard.seen('message', 2)
    t.deepEqual(payloads(heard), ['whole', 'rest'])
    await peer.close()
    await settle()
    t.is(heard.count('message'), 2)
  })

  test(`SM-12: a rest that is no JSON is no message, ${name}`, async (t) => {
    const { said, log } = recorded()
    const { target, peer } = await receiver(t, await local(t), { reconnect: false, log })
    const heard = receive(target)
    peer.socket.end(wrapped('whole') + wrapped('rest').slice(0, 40))
    await peer.close()
    await said.seen('error')
    await settle()
    t.deepEqual(payloads(heard), ['whole'])
  })

  test(`CM-3: what a peer wrote before destroy() is delivered, ${name}`, async (t) => {
    const { target, peer } = await receiver(t, await local(t), { reconnect: false })
    const heard = receive(target)
    const numbers = Array.from({ length: 50 }, (_, n) => n + 1)
    await Promise.all(numbers.map((n) => peer.write(wrapped(n))))
    peer.socket.destroy()
    await heard.seen('message', numbers.length)
    t.deepEqual(payloads(heard), numbers)
  })
}

test('CM-3: what a client wrote is delivered before the close of its connection', async (t) => {
  const { target, peer, socket } = await RECEIVERS.server(t, await local(t))
  const log = receive(target)
  socket.on('end', () => log.add('end'))
  socket.on('close', () => log.add('close'))
  await Promise.all(Array.from({ length: 50 }, (_, n) => peer.write(wrapped(n))))
  peer.socket.destroy()
  await log.seen('close')
  t.is(log.count('message'), 50)
  t.is(log.types.at(-1), 'close')
})

test('SM-9: a reader emits later than lineHandler() returns, in order', async (t) => {
  const { log } = recorded()
  const reader = new (part('MessageReader'))({ log })
  const order = []
  reader.on('message', (value) => order.push(value))
  reader.lineHandler('"one"')
  reader.lineHandler('"two"')
  order.push('returned')
  reader.lineHandler('"three"')
  await new Promise((resolve) => setImmediate(resolve))
  t.deepEqual(order, ['returned', 'one', 'two', 'three'])
})

test('SM-9: a handler is never called in the tick of the call that sent to it', async (t) => {
  const { server, client } = await pair(t, await local(t))
  let sending = false
  const log = new Recorder()
  const send = (side, message) => {
    sending = true
    side(message)
    sending = false
  }
  server.onMessage(({ message }) => {
    log.add('server', message, sending)
    if (message < 20) send(server.broadcast, message + 1)
  })
  client.onMessage(({ message }) => {
    log.add('client', message, sending)
    send(client.send, message + 1)
  })
  send(client.send, 1)
  await log.until(() => log.events.length >= 20, '20 messages')
  t.deepEqual(
    log.events.map(([, message, during]) => [message, during]),
    Array.from({ length: 20 }, (_, n) => [n + 1, false])
  )
})

test('SM-9: the handler of who waits for the client with a promise misses nothing', async (t) => {
  const address = await local(t)
  const server = start(t, address)
  const accepted = next(server, 'client')
  atOnce(address, wrapped('early') + wrapped('rest').trimEnd())
  await accepted
  const heard = receive(server)
  await heard.seen('message', 2)
  t.deepEqual(payloads(heard), ['early', 'rest'])
})

test('SM-9: what a client sent is handled before its end, however fast that came', async (t) => {
  const address = await local(t)
  const server = start(t, address)
  const log = new Recorder()
  server.on('client', (socket) => {
    for (const event of ['end', 'close']) socket.on(event, () => log.add(event, server.getClients().length))
  })
  server.onMessage(({ message }) => {
    const [socket] = server.getClients()
    log.add(message, server.getClients().length, socket?.writable)
  })
  atOnce(address, wrapped('one') + wrapped('two'))
  await log.seen('close')
  t.deepEqual(log.events, [
    ['one', 1, true],
    ['two', 1, true],
    ['end', 0],
    ['close', 0]
  ])
})

test('SM-9: what a server sent is handled before its end, however fast that came', async (t) => {
  const address = await local(t)
  const server = run(t, path.join(__dirname, 'programs', 'server.js'), { address })
  await server.report('ready')
  const { client, log } = await connected(t, address, { reconnect: false })
  await server.report('client')
  client.onMessage(({ message }) => {
    log.add('message', message)
    client.send(`answer to ${message}`)
  })
  server.child.stdin.write(JSON.stringify(['leave', 'one', 'two']) + '\n')
  const end = Date.now() + 1000
  while (Date.now() < end); // What the server does meanwhile is learnt of at once.
  await log.seen('end')
  await server.seen('message', 2)
  t.deepEqual(log.types, ['connect', 'message', 'message', 'end'])
  t.deepEqual(server.all('message'), [['answer to one'], ['answer to two']])
})

test('SM-9: nor does a handler that is added for the client event', async (t) => {
  const address = await local(t)
  const server = start(t, address)
  const heard = new Recorder()
  server.onClientConnection((socket) => {
    heard.add('client', socket)
    server.onMessage(({ message }) => heard.add('message', message))
  })
  const { socket } = await dial(t, address)
  socket.end(wrapped(1))
  await heard.seen('message')
  t.deepEqual(heard.types, ['client', 'message'])
})

test('SM-9: one reader serves all clients, each in order', async (t) => {
  const address = await local(t)
  const server = start(t, address)
  const heard = receive(server)
  const clients = []
  for (let n = 0; n < 10; n++) clients.push((await connected(t, address)).client)
  for (let round = 0; round < 50; round++) {
    for (const [who, client] of clients.entries()) client.send({ who, round })
  }
  await heard.seen('message', 500)
  for (const who of clients.keys()) {
    const rounds = payloads(heard).filter((message) => message.who === who)
    t.deepEqual(
      rounds.map(({ round }) => round),
      Array.from({ length: 50 }, (_, n) => n)
    )
  }
  t.is(server.getReader().getMessageCount(), 500)
})

test('SM-9: a client that sends and stops at once can still be answered', async (t) => {
  const address = await local(t)
  const server = start(t, address)
  server.onMessage(({ message }) => server.broadcast(`echo ${message}`))
  const { client, log } = await connected(t, address, { reconnect: false })
  const heard = receive(client)
  client.send('hello')
  client.stop()
  await log.seen('end')
  t.deepEqual(payloads(heard), ['echo hello'])
})

test('SM-24: readers count what was parsed, also if it is no message', async (t) => {
  const { said, log } = recorded()
  const { target, peer } = await RECEIVERS.server(t, await local(t), { log })
  const heard = receive(target)
  const reader = target.getReader()
  t.is(reader.getMessageCount(), 0)
  await peer.write('{"a":1}\nnull\nfalse\n{}\n5\nbad\n"abc"\n')
  await heard.seen('message', 2)
  t.is(reader.getMessageCount(), 4)
  t.true(said.all('info').map(text).includes('total messages read: 4'))
})

test('data events on a connection are strings, with whole characters', async (t) => {
  const { target, peer, socket } = await RECEIVERS.server(t, await local(t))
  const heard = receive(target)
  const chunks = []
  socket.on('data', (chunk) => chunks.push(chunk))
  const stream = Buffer.from(wrapped('é€😀'))
  await inPieces(
    { peer, socket },
    [...stream.keys()].map((at) => stream.subarray(at, at + 1))
  )
  await heard.seen('message')
  t.true(chunks.every((chunk) => typeof chunk === 'string'))
  t.is(chunks.join(''), stream.toString())
})

if (process.platform === 'linux') {
  test('CM-6: connections that send and go leave no descriptor behind', async (t) => {
    const open = () => fs.readdirSync('/proc/self/fd').length
    const address = await local(t)
    const server = start(t, address)
    const heard = receive(server)
    const before = open()
    for (let n = 0; n < 100; n++) {
      const peer = await dial(t, address)
      peer.socket.end(wrapped(n + 1))
      await peer.close()
    }
    await heard.seen('message', 100)
    await settle()
    t.is(server.getClients().length, 0)
    t.true(open() <= before, `${open()} of ${before}`)
  })
}
