'use strict'

const EventEmitter = require('node:events')
const net = require('node:net')
const { PassThrough } = require('node:stream')
const test = require('ava')
const {
  RECEIVERS,
  connected,
  line,
  makeServer,
  pair,
  part,
  payloads,
  receive,
  recorded,
  silent,
  start,
  wrapped
} = require('./support')
const { next, Recorder } = require('../common/events')
const { local } = require('../common/places')
const { dial, listen, settle } = require('../common/raw')

for (const [name, receiver] of Object.entries(RECEIVERS)) {
  test(`SM-23: an injected reader gets each line, ${name}`, async (t) => {
    const log = new Recorder()
    const reader = { lineHandler: (text) => log.add('line', text), on() {}, removeAllListeners() {} }
    const { peer } = await receiver(t, await local(t), { reader })
    await peer.write('{"a":1}\r\nno JSON é€😀\n\n5\nlast\n')
    await log.seen('line', 5)
    t.deepEqual(
      log.all('line').map(([text]) => text),
      ['{"a":1}', 'no JSON é€😀', '', '5', 'last']
    )
  })

  test(`SM-23: onMessage() registers on the injected reader, ${name}`, async (t) => {
    const reader = Object.assign(new EventEmitter(), {
      lineHandler: (text) => reader.emit('message', { message: text.toUpperCase() })
    })
    const { target, peer } = await receiver(t, await local(t), { reader })
    t.is(target.getReader(), reader)
    const heard = receive(target)
    await peer.write('one\ntwo\n')
    await heard.seen('message', 2)
    t.deepEqual(payloads(heard), ['ONE', 'TWO'])
  })

  test(`SM-23: an injected reader is also given the socket, ${name} (addition)`, async (t) => {
    const log = new Recorder()
    const reader = { lineHandler: (...args) => log.add('line', ...args), on() {}, removeAllListeners() {} }
    const { peer, socket } = await receiver(t, await local(t), { reader })
    await peer.write('one\n')
    await log.seen('line')
    t.deepEqual(log.all('line')[0].length, 2)
    t.is(log.all('line')[0][1], socket)
  })

  test(`SM-23: a reader derived from MessageReader can look at lines before they are parsed, ${name}`, async (t) => {
    class Signed extends part('MessageReader') {
      constructor(options) {
        super(options)
        const { lineHandler } = this
        this.lineHandler = (text, ...rest) => {
          const [, key, signed] = /^(\w+):(.*)$/.exec(text) ?? []
          if (key === 'secret') lineHandler(signed, ...rest)
        }
      }
    }
    const { target, peer } = await receiver(t, await local(t), { reader: new Signed({ log: silent }) })
    const heard = receive(target)
    await peer.write(`secret:${wrapped(1)}wrong:${wrapped(2)}${wrapped(3)}secret:${wrapped(4)}`)
    await heard.seen('message', 2)
    t.deepEqual(payloads(heard), [1, 4])
  })
}

/** A writer that notes what it is asked for. */
class Noting {
  calls = []
  wrapMessage(message) {
    this.calls.push(['wrapMessage', message])
    return { shout: message }
  }
  send(message, socket) {
    this.calls.push(['send', message, socket])
    if (socket) socket.write(line({ whisper: message }))
    return `sent ${message}`
  }
}

test('SM-23: an injected writer is used by client.send() and client.stop()', async (t) => {
  const server = await listen(t, await local(t))
  const writer = new Noting()
  const { client, log } = await connected(t, { path: server.server.address() }, { writer })
  t.is(client.getWriter(), writer)
  const peer = await server.accepted()
  t.is(client.send('m'), 'sent m')
  t.is(client.send(0), 'sent 0')
  client.stop('bye')
  await peer.close()
  t.is(peer.received.toString(), '{"whisper":"m"}\n{"whisper":0}\n{"shout":"bye"}')
  t.deepEqual(
    writer.calls.map(([method, message]) => [method, message]),
    [
      ['send', 'm'],
      ['send', 0],
      ['wrapMessage', 'bye']
    ]
  )
  await log.seen('end')
  t.is(client.send('gone'), 'sent gone')
  t.is(writer.calls.at(-1)[2], null)
})

test('SM-23: an injected writer is used by broadcast() and for connect messages', async (t) => {
  const address = await local(t)
  const writer = new Noting()
  const server = start(t, address, { writer, sendConnectMessage: true })
  const accepted = next(server, 'client')
  const peer = await dial(t, address)
  const [socket] = await accepted
  t.deepEqual(server.broadcast('m'), { shout: 'm' })
  await peer.frames(2, '\n')
  const message = { clients: [socket.id], yourid: socket.id }
  t.is(peer.received.toString(), line({ whisper: message }) + line({ shout: 'm' }))
  t.deepEqual(writer.calls, [
    ['send', message, socket],
    ['wrapMessage', 'm']
  ])
})

test('SM-23: a wrapMessage that was replaced is used by send()', async (t) => {
  const server = await listen(t, await local(t))
  const { client } = await connected(t, { path: server.server.address() })
  const writer = client.getWriter()
  const { wrapMessage } = writer
  writer.wrapMessage = (message) => ({ ...wrapMessage(message), priority: 1 })
  const wrapper = client.send('m')
  t.is(wrapper.priority, 1)
  const peer = await server.accepted()
  await peer.frames(1, '\n')
  t.is(peer.received.toString(), line(wrapper))
})

test('SM-23: nothing is sent if wrapMessage has nothing to send (addition)', async (t) => {
  const { server, client, socket } = await pair(t, await local(t))
  const [there, back] = [receive(server), receive(client)]
  for (const writer of [server.getWriter(), client.getWriter()]) {
    const { wrapMessage } = writer
    writer.wrapMessage = (message) => (message === 'secret' ? undefined : wrapMessage(message))
  }
  t.is(client.send('secret'), undefined)
  t.is(server.getWriter().send('secret', socket), undefined)
  t.is(server.broadcast('secret'), undefined)
  t.is(server.getWriter().getMessageCount() + client.getWriter().getMessageCount(), 0)
  client.send('m')
  server.broadcast('b')
  await there.seen('message')
  await back.seen('message')
  t.deepEqual([payloads(there), payloads(back)], [['m'], ['b']])
})

test('SM-23: reader and writer of the original can be injected', async (t) => {
  const home = require('node:path').dirname(require('../common/peers').entry('socket-model'))
  const [Reader, Writer] = ['MessageReader', 'MessageWriter'].map((name) => require(`${home}/lib/${name}`))
  const options = { reader: new Reader({ log: silent }), writer: new Writer({ log: silent }) }
  const { server, client } = await pair(t, await local(t), options)
  const heard = receive(server)
  client.send({ é: 1 })
  server.broadcast('b')
  await heard.seen('message', 2)
  t.deepEqual(
    payloads(heard).sort((a) => (a === 'b' ? 1 : -1)),
    [{ é: 1 }, 'b']
  )
})

test('SM-23: createdCallback can be replaced before start(), to keep somebody out', async (t) => {
  const address = await local(t)
  const server = makeServer(t, address)
  const heard = receive(server)
  const clients = new Recorder(server, ['client'])
  const { createdCallback } = server
  let count = 0
  server.createdCallback = (connection) => {
    if (count++ === 0) connection.destroy()
    else createdCallback(connection)
  }
  server.start()
  const out = await dial(t, address)
  await out.close()
  const peer = await dial(t, address)
  await peer.write(wrapped('m'))
  await heard.seen('message')
  t.is(clients.count('client'), 1)
  t.is(server.getClients().length, 1)
})

test('SM-23: a createdCallback that takes its time loses nothing', async (t) => {
  const address = await local(t)
  const server = makeServer(t, address)
  const heard = receive(server)
  const { createdCallback } = server
  server.createdCallback = (connection) => {
    settle().then(() => createdCallback(connection))
  }
  server.start()
  const peer = await dial(t, address)
  const numbers = Array.from({ length: 1000 }, (_, n) => n + 1)
  peer.socket.end(numbers.map((n) => wrapped(n)).join(''))
  await heard.seen('message', numbers.length)
  t.deepEqual(payloads(heard), numbers)
})

test('SM-23: createdCallback takes streams of the user, here of a TCP server', async (t) => {
  const { said, log } = recorded()
  const server = makeServer(t, await local(t), { log, sendConnectMessage: true })
  const heard = receive(server)
  const tcp = net.createServer(server.createdCallback)
  t.teardown(() => tcp.close())
  await new Promise((resolve) => tcp.listen(0, '127.0.0.1', resolve))
  const accepted = next(server, 'client')
  const peer = await dial(t, { host: '127.0.0.1', port: tcp.address().port })
  const [socket] = await accepted
  t.true(socket instanceof net.Socket)
  t.deepEqual(server.getClients(), [socket])
  t.deepEqual(JSON.parse((await peer.frames(1, '\n'))[0]).message, {
    clients: [socket.id],
    yourid: socket.id
  })
  const whole = Buffer.from(wrapped('é'))
  await peer.write(whole.subarray(0, -4))
  await peer.write(whole.subarray(-4))
  await heard.seen('message')
  const wrapper = server.broadcast('b')
  t.is((await peer.frames(2, '\n'))[1], JSON.stringify(wrapper))
  peer.socket.end(wrapped('rest').trimEnd())
  await heard.seen('message', 2)
  t.deepEqual(payloads(heard), ['é', 'rest'])
  await peer.close()
  t.deepEqual(server.getClients(), [])
  t.is(said.count('error'), 0)
})

test('SM-23: errors of such a stream are logged, and it leaves the list (ruling 15)', async (t) => {
  const { said, log } = recorded()
  const server = makeServer(t, await local(t), { log })
  const stream = new PassThrough()
  server.createdCallback(stream)
  t.deepEqual(server.getClients(), [stream])
  const error = new Error('broken')
  stream.destroy(error)
  await said.seen('error')
  await settle()
  t.deepEqual(said.all('error'), [[error]])
  t.deepEqual(server.getClients(), [])
})

for (const separator of ['|', '<end>', '\0', '\r\n', '\r', '→']) {
  test(`SM-25: peers with the separator ${JSON.stringify(separator)} understand each other (ruling 7)`, async (t) => {
    const { server, client } = await pair(t, await local(t), { separator })
    const [there, back] = [receive(server), receive(client)]
    const messages = ['one', 'lïne\n', { nested: ['é'] }]
    for (const message of messages) client.send(message)
    for (const message of messages) server.broadcast(message)
    await there.seen('message', messages.length)
    await back.seen('message', messages.length)
    t.deepEqual(payloads(there), messages)
    t.deepEqual(payloads(back), messages)
  })
}

for (const send of ['client.send', 'server.broadcast']) {
  test(`SM-25: ${send} ends its lines with the separator`, async (t) => {
    const address = await local(t)
    const options = { separator: '|' }
    if (send === 'client.send') {
      const server = await listen(t, address)
      const { client } = await connected(t, address, options)
      const wrapper = client.send('m')
      const peer = await server.accepted()
      await peer.frames(1, '|')
      t.is(peer.received.toString(), JSON.stringify(wrapper) + '|')
    } else {
      const server = start(t, address, options)
      const accepted = next(server, 'client')
      const peer = await dial(t, address)
      await accepted
      const wrapper = server.broadcast('m')
      await peer.frames(1, '|')
      t.is(peer.received.toString(), JSON.stringify(wrapper) + '|')
    }
  })
}

for (const [name, receiver] of Object.entries(RECEIVERS)) {
  test(`SM-25: with another separator lines still end at newlines, ${name}`, async (t) => {
    const { target, peer } = await receiver(t, await local(t), { separator: '|' })
    const heard = receive(target)
    await peer.write('"one"\n"two"\r\n"three"\n')
    await heard.seen('message', 3)
    t.deepEqual(
      heard.all('message').map(([value]) => value),
      ['one', 'two', 'three']
    )
  })

  test(`SM-25: and at the separator, in any mixture, ${name} (ruling 7)`, async (t) => {
    const { target, peer } = await receiver(t, await local(t), { separator: '<>' })
    const heard = receive(target)
    await peer.write('"one"<>"two"\n<>"three"\r\n"< >"<>"four"<')
    await peer.write('>"five"')
    peer.socket.end()
    await heard.seen('message', 6)
    t.deepEqual(
      heard.all('message').map(([value]) => value),
      ['one', 'two', 'three', '< >', 'four', 'five']
    )
  })
}

test('SM-25: a writer with a separator of its own keeps it', async (t) => {
  const address = await local(t)
  const writer = new (part('MessageWriter'))({ log: silent, separator: ';\n' })
  const server = start(t, address, { writer })
  const accepted = next(server, 'client')
  const peer = await dial(t, address)
  const [socket] = await accepted
  const one = writer.send('m', socket)
  const two = server.broadcast('b')
  await peer.frames(2, '\n')
  t.is(peer.received.toString(), `${JSON.stringify(one)};\n${JSON.stringify(two)}\n`)
})
