'use strict'

const fs = require('node:fs')
const path = require('node:path')
const test = require('ava')
const { ROOT, client, connected, domainOf, files, recording, server } = require('./support')
const { deadline, patiently, state } = require('../common/deadline')
const { command } = require('../common/leaving')
const { directory } = require('../common/places')
const { run } = require('../common/processes')

const program = path.join(__dirname, 'programs', 'lasting.js')
const closing = path.join(__dirname, 'programs', 'closing.js')

test('IO-22: what is sent before connect() is sent after it, in order', async (t) => {
  const domain = domainOf(t)
  const { log, handlers } = recording('s')
  server(t, { domain }, handlers).start()
  const there = recording('e', 'b')
  await connected(t, { domain, name: 'there' }, there.handlers)
  const one = client(t, { domain })
  const sent = []
  for (let n = 0; n < 100; n++) {
    sent.push(one.send('s', n), one.emit('there', 'e', n))
  }
  sent.push(one.broadcast('b', 'last'))
  t.is(one._queue.length, 100)
  t.is(one._bcast_queue.length, 101)
  await one.connect()
  await deadline(Promise.all(sent), 'all of it to leave')
  await log.seen('s', 100)
  await there.log.seen('b')
  t.deepEqual(
    log.all('s').map(([data]) => data),
    [...Array(100).keys()]
  )
  t.deepEqual(there.log.events, [...Array(100).keys()].map((n) => ['e', n]).concat([['b', 'last']]))
  t.deepEqual([one._queue, one._bcast_queue], [[], []])
})

test('IO-23: connect() before there is a server resolves when there is one', async (t) => {
  const domain = domainOf(t)
  const one = client(t, { domain })
  const connecting = one.connect()
  await new Promise((resolve) => setTimeout(resolve, 300))
  t.deepEqual([one.isStarted(), one.isConnected()], [true, false])
  server(t, { domain }).start()
  const counted = await patiently(deadline(connecting, 'the connection'))
  t.true(counted < 2500, `${counted} ms`)
})

test('IO-26: a name that is taken', async (t) => {
  const domain = domainOf(t)
  server(t, { domain }).start()
  const { log, handlers } = recording('e')
  const first = await connected(t, { domain, name: 'one' }, handlers)
  const second = client(t, { domain, name: 'one' })
  const error = await t.throwsAsync(second.connect(), { instanceOf: Error })
  t.is(error.code, 201)
  t.deepEqual([second.isStarted(), second.isConnected()], [false, false])
  await first.emit('one', 'e', 1)
  await log.seen('e')
  t.true(first.isConnected())
  await first.close()
  // The server may not have seen the end of the first one.
  for (;;) {
    try {
      await second.connect()
      break
    } catch (failure) {
      t.is(failure.code, 201)
    }
  }
  t.true(second.isConnected())
})

test('IO-27: a server that is killed and comes back', async (t) => {
  const domain = domainOf(t)
  const first = run(t, program, { domain })
  await first.report('ready')
  const one = await connected(t, { domain, name: 'one' })
  await one.send('s', 'before')
  await first.report('s')
  await first.kill()
  await state(() => !one.isConnected(), 'the client to be offline')
  t.true(one.isStarted())
  one.send('s', 1)
  one.send('s', 2)
  one.emit('one', 'x', 1)
  const second = run(t, program, { domain })
  await second.report('ready')
  const counted = await patiently(second.seen('s', 2))
  t.true(counted < 6000, `${counted} ms`)
  t.true(one.isConnected())
  t.deepEqual(
    second.all('s').map(([data]) => data),
    [1, 2]
  )
})

test('IO-27: discover survives a server that is replaced', async (t) => {
  const domain = domainOf(t)
  const first = run(t, program, { domain })
  await first.report('ready')
  const one = await connected(t, { domain, name: 'one' })
  // Not by its own kill(), of which Deno takes one signal only.
  process.kill(first.child.pid, 'SIGSTOP')
  await new Promise((resolve) => setTimeout(resolve, 100))
  const asked = one.discover()
  await new Promise((resolve) => setTimeout(resolve, 100))
  await first.kill()
  server(t, { domain }, { again() {} }).start()
  t.deepEqual(await deadline(asked, 'the answer'), { clients: ['one'], command_handlers: ['again'] })
})

test('IO-31: a regular file at the path is not removed', (t) => {
  const domain = domainOf(t)
  fs.writeFileSync(ROOT + domain, 'precious')
  const one = server(t, { domain })
  t.throws(() => one.start(), { code: 'EADDRINUSE' })
  t.false(one.isStarted())
  t.is(fs.readFileSync(ROOT + domain, 'utf8'), 'precious')
  fs.rmSync(ROOT + domain)
  t.is(one.start(), one)
})

test('a second server takes the domain over, unless it is exclusive', async (t) => {
  const domain = domainOf(t)
  const first = server(t, { domain }).start()
  t.throws(() => server(t, { domain, exclusive: true }).start(), { code: 'EADDRINUSE' })
  server(t, { domain }, { hello: () => 'second' }).start()
  const one = await connected(t, { domain })
  t.is(await one.deliver('hello', 1), 'second')
  await first.close()
  t.deepEqual(files(domain), [`IPC.io.${domain}`], 'the file is not its own any more')
})

test('IO-32: close() on both ends releases the processes', async (t) => {
  const domain = domainOf(t)
  const own = run(t, program, { domain })
  await own.report('ready')
  const one = run(t, program, { domain, name: 'one' })
  await one.report('ready')
  const lonely = run(t, program, { domain: domain + 'b', name: 'lonely' })
  await one.tell('close')
  await one.success()
  await own.tell('close')
  await own.success()
  await lonely.tell('close')
  await lonely.exit()
  t.deepEqual(files(domain), [])
})

test('IO-32: close() by a handler releases a client that joined before the handler ran, too', async (t) => {
  const domain = domainOf(t)
  const own = run(t, closing, { domain })
  await own.report('ready')
  const one = await connected(t, { domain, name: 'one' })
  const two = client(t, { domain, name: 'two' })
  const gate = path.join(directory(t), 'gate')
  command(own, 'block', gate)
  await own.report('blocked')
  await one.send('quit')
  await deadline(two.connect(), 'two to join')
  t.deepEqual((await deadline(one.discover(), 'the answer')).clients, ['one', 'two'])
  fs.writeFileSync(gate, '')
  await own.report('closed')
  await own.success()
})

test('close() is for good, and connect() and start() begin again', async (t) => {
  const domain = domainOf(t)
  const { log, handlers } = recording('s')
  const own = server(t, { domain }, handlers).start()
  const one = await connected(t, { domain, name: 'one' })
  await one.close()
  t.deepEqual([one.isStarted(), one.isConnected()], [false, false])
  one.send('s', 'later')
  await own.close()
  t.is(own.isStarted(), false)
  t.is(own.census(), null)
  t.deepEqual([Object.keys(own._name_registry), Object.keys(own._uuid_registry)], [[], []])
  own.start()
  await one.connect()
  await log.seen('s')
  const waiting = client(t, { domain: domain + 'b' })
  const connecting = waiting.connect()
  await waiting.close()
  await t.throwsAsync(connecting, { code: 'ERR_IPC_CLOSED' })
  await own.close()
  await own.close()
  await one.close()
  await one.close()
})
