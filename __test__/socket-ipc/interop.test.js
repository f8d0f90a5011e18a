'use strict'

const path = require('node:path')
const test = require('ava')
const { END } = require('./support')
const { messages } = require('./messages')
const { between, CUTS } = require('../common/between')
const { local } = require('../common/places')
const { dial, listen } = require('../common/raw')
const { run } = require('../common/processes')

const SERVER = path.join(__dirname, 'programs', 'interop-server.js')
const CLIENT = path.join(__dirname, 'programs', 'interop-client.js')
const COUNT = 10000

const LIBRARIES = { 'the drop-in': 'subject', 'the original': '@crussell52/socket-ipc' }
const PAIRS = [
  ['the drop-in', 'the original'],
  ['the original', 'the drop-in'],
  ['the drop-in', 'the drop-in']
]

const types = (reports) => reports.map(([type]) => type)

for (const [here, there] of PAIRS) {
  const ends = { client: LIBRARIES[here], server: LIBRARIES[there] }
  const title = (text) => `SI-30: ${text}, client ${here}, server ${there}`

  test.serial(title(`${COUNT} mixed messages and back, up to a megabyte`), async (t) => {
    const address = await local(t)
    const server = run(t, SERVER, { ...address, name: ends.server })
    await server.report('listening')
    const client = run(t, CLIENT, { ...address, name: ends.client, count: COUNT })
    await client.report('done')
    t.deepEqual(client.all('wrong'), [])
    await server.tell('broadcast', 'broadcast', { to: 'all' })
    t.deepEqual(await client.report('broadcast'), [{ to: 'all' }])
    await client.tell('close')
    t.deepEqual(types(await client.success()), ['connect', 'done', 'broadcast', 'closed', 'close'])
    await server.report('gone')
    await server.tell('close')
    t.deepEqual(types(await server.success()), ['listening', 'connection', 'gone', 'closed', 'close'])
  })

  for (const end of ['end', 'destroy']) {
    test.serial(title(`${end}() of the server's socket`), async (t) => {
      const address = await local(t)
      const server = run(t, SERVER, { ...address, name: ends.server })
      await server.report('listening')
      const client = run(t, CLIENT, { ...address, name: ends.client, count: 10 })
      await client.report('done')
      await server.tell(end)
      await client.report('reconnect')
      await server.seen('connection', 2)
      t.deepEqual(types(client.events), ['connect', 'done', 'disconnect', 'connect', 'reconnect'])
    })

    test.serial(title(`${end}() of the client's socket`), async (t) => {
      const address = await local(t)
      const server = run(t, SERVER, { ...address, name: ends.server })
      await server.report('listening')
      const client = run(t, CLIENT, { ...address, name: ends.client, count: 10 })
      await client.report('done')
      await client.tell(end)
      await client.report('reconnect')
      await server.report('gone')
      // A client is connected before its server has accepted it.
      await server.seen('connection', 2)
      await server.tell('broadcast', 'broadcast', 1)
      t.deepEqual(await client.report('broadcast'), [1])
    })
  }

  for (const [chunking, cut] of Object.entries(CUTS)) {
    test.serial(title(`mixed messages and back, ${chunking}`), async (t) => {
      const address = await local(t)
      const server = run(t, SERVER, { ...address, name: ends.server })
      await server.report('listening')
      const client = run(t, CLIENT, { ...(await between(t, address, cut)), name: ends.client, count: 100 })
      await client.report('done')
      t.deepEqual(client.all('wrong'), [])
    })
  }

  test.serial(title('the server resets the connection'), async (t) => {
    const address = await local(t)
    const server = run(t, SERVER, { ...address, name: ends.server })
    await server.report('listening')
    const client = run(t, CLIENT, { ...address, name: ends.client, count: 10 })
    await client.report('done')
    await server.tell('pause')
    // More than a server that has paused takes nevertheless.
    await client.tell('send', ...Array(40).fill('never read'.repeat(6000)))
    await server.tell('destroy')
    await client.report('reconnect')
    await server.seen('connection', 2)
    t.regex(String(client.all('error')), /^(read ECONNRESET|write EPIPE)$/)
    await server.tell('broadcast', 'broadcast', 1)
    t.deepEqual(await client.report('broadcast'), [1])
  })

  test.serial(title('kill of the client'), async (t) => {
    const address = await local(t)
    const server = run(t, SERVER, { ...address, name: ends.server })
    await server.report('listening')
    const client = run(t, CLIENT, { ...address, name: ends.client, count: 10 })
    await client.report('done')
    await client.kill()
    await server.report('gone')
    const again = run(t, CLIENT, { ...address, name: ends.client, count: 10 })
    await again.report('done')
    t.deepEqual(again.all('wrong'), [])
  })

  test.serial(title('kill and restart of the server'), async (t) => {
    const address = await local(t)
    const server = run(t, SERVER, { ...address, name: ends.server })
    await server.report('listening')
    const client = run(t, CLIENT, { ...address, name: ends.client, count: 10 })
    await client.report('done')
    await server.kill()
    await client.report('disconnect')
    // It finds the socket file that the first one has left.
    const again = run(t, SERVER, { ...address, name: ends.server })
    await client.report('reconnect')
    await again.report('connection')
    await again.tell('broadcast', 'broadcast', 1)
    t.deepEqual(await client.report('broadcast'), [1])
  })
}

/** The bytes that a client of the library sends for the mixed messages. */
async function sent(t, name, count) {
  const address = await local(t)
  const server = await listen(t, address)
  const client = run(t, CLIENT, { ...address, name, count })
  const peer = await server.accepted()
  // An echo, in one piece: what is compared is what comes from the client.
  let echoed = 0
  peer.socket.on('data', () => {
    const { received } = peer
    const complete = received.lastIndexOf(END) + END.length
    if (complete <= echoed) return
    peer.socket.write(Buffer.from(received.subarray(echoed, complete)))
    echoed = complete
  })
  await client.report('done')
  t.deepEqual(client.all('wrong'), [])
  return peer.received
}

test.serial('SI-30: the drop-in puts the same bytes on the wire as the original', async (t) => {
  const count = 2000
  const mine = await sent(t, 'subject', count)
  const theirs = await sent(t, LIBRARIES['the original'], count)
  t.true(mine.equals(theirs))
  t.true(
    mine.equals(
      Buffer.from(
        messages(count)
          .map(([topic, message]) => JSON.stringify({ topic, message }) + END)
          .join('')
      )
    )
  )
})

test.serial('SI-30: what the drop-in echoes to a raw peer, byte by byte and many in a chunk', async (t) => {
  const address = await local(t)
  const server = run(t, SERVER, { ...address, name: 'subject' })
  await server.report('listening')
  const peer = await dial(t, address)
  const texts = messages(300).map(([topic, message]) => JSON.stringify({ topic, message }))
  const bytes = Buffer.from(texts.join(END) + END)
  for (let at = 0; at < 2000; at++) await peer.write(bytes.subarray(at, at + 1))
  await peer.write(bytes.subarray(2000))
  t.deepEqual(await peer.frames(texts.length, END), texts)
})
