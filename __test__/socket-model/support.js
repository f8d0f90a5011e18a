'use strict'

const { spawnSync } = require('node:child_process')
const { subject, specifier } = require('../common/subject')
const { next, Recorder } = require('../common/events')
const { state } = require('../common/deadline')
const { dial, listen } = require('../common/raw')

// A title that ends with "(ruling n)" or "(addition)" is about something the original does differently or not at all, see
// docs/socket-model.md. All other tests pass with the original, too.

const root = subject('socket-model')

/** A file of the dialect that programs may reach by path. */
const part = (name) => require(`${specifier('socket-model')}/lib/${name}`)

// Clients of the original go on trying to connect for ever, its servers cannot be stopped.
if (specifier('socket-model') !== 'napi-ipc/socket-model') {
  import('ava').then(({ registerCompletionHandler }) => registerCompletionHandler(() => process.exit()))
}

const LEVELS = ['debug', 'info', 'warn', 'error']

/** A log that says nothing. */
const silent = Object.fromEntries(LEVELS.map((level) => [level, () => {}]))

/** A log that records what is said, as `[level, ...items]`. */
function recorded() {
  const said = new Recorder()
  return {
    said,
    log: Object.fromEntries(LEVELS.map((level) => [level, (...items) => said.add(level, ...items)]))
  }
}

/** The items of a line of the log as text. */
const text = (items) => items.map((item) => item?.message ?? item).join('')

/** A server of the test's own, not started; gone when the test is over. */
function makeServer(t, { path }, options) {
  const server = root.createServer(Object.assign({ socketFile: path, log: silent }, options))
  t.teardown(() => {
    try {
      server.stop()
    } catch {
      // The original's way to stop.
    }
    for (const socket of [...server.getClients()]) socket.destroy()
  })
  return server
}

/** The same, listening. */
function start(t, address, options) {
  const server = makeServer(t, address, options)
  server.start()
  return server
}

/** A client of the test's own that is quick to retry, not started; gone when the test is over. */
function makeClient(t, { path }, options) {
  const client = root.createClient(
    Object.assign({ socketFile: path, log: silent, retryInterval: 50 }, options)
  )
  t.teardown(() => client.stop())
  return client
}

/** What happens to a client, as `connect`, `end` and `error`; to be called before it is started. */
function watch(client) {
  const log = new Recorder()
  for (const type of ['connect', 'end', 'error']) {
    const handler = client[`${type}Handler`]
    client[`${type}Handler`] = (...args) => {
      handler(...args)
      log.add(type, ...args)
    }
  }
  return log
}

/** A client, once it is connected. `log` is what happens to it. */
async function connected(t, address, options) {
  const client = makeClient(t, address, options)
  const log = watch(client)
  client.start()
  await log.seen('connect')
  return { client, log }
}

/** A server and a client of it; `socket` is the server's end. */
async function pair(t, address, options) {
  const server = start(t, address, options)
  const accepted = next(server, 'client')
  const { client, log } = await connected(t, address, options)
  const [socket] = await accepted
  return { server, client, log, socket }
}

/** Records what a server or client receives: events `message` with what its handlers are called with. */
function receive(target) {
  const log = new Recorder()
  target.onMessage((...args) => log.add('message', ...args))
  return log
}

/** The payloads a recorder of `receive` has seen. */
const payloads = (log) => log.all('message').map(([wrapper]) => wrapper.message)

/** The client's end of its connection, which only those see who take over its writer. */
function socketOf(client) {
  const writer = client.getWriter()
  const { send } = writer
  let socket
  writer.send = (message, its) => {
    socket = its
  }
  client.send(true)
  writer.send = send
  return socket
}

/** Sends something on `socket` that `peer` never reads: if it closes its end now, the operating system resets the connection. */
async function leaveUnread(socket, peer) {
  peer.socket._handle.readStop() // pause() lets the stream read ahead.
  socket.write('x'.repeat(1000))
  await state(() => socket.writableLength === 0, 'the bytes to leave')
}

/**
 * A client in a process of its own connects, writes `text` and ends, all while this process is blocked: the server learns of
 * everything at once.
 */
function atOnce({ path }, text) {
  const program = `
    const [path, text] = process.argv.slice(1)
    require('node:net').connect(path).end(text, () => process.exit())`
  const { status } = spawnSync(process.execPath, ['-e', program, path, text])
  if (status !== 0) throw new Error(`the client ended with ${status}`)
}

// Both ways to receive: what the raw `peer` writes comes out of `target`; `socket` is its end of the connection.
const RECEIVERS = {
  server: async (t, address, options) => {
    const target = start(t, address, options)
    const accepted = next(target, 'client')
    const peer = await dial(t, address)
    const [socket] = await accepted
    return { target, peer, socket }
  },
  client: async (t, address, options) => {
    const server = await listen(t, address)
    const { client } = await connected(t, address, options)
    return { target: client, peer: await server.accepted(), socket: socketOf(client) }
  }
}

/** The text of one line. */
const line = (value) => JSON.stringify(value) + '\n'

/** The text of one line as the peers of this dialect send it. */
const wrapped = (message, ts = 1) => line({ mid: '7da10f96-18f7-4f4f-a9ad-d641462fa986', ts, message })

module.exports = {
  RECEIVERS,
  atOnce,
  connected,
  leaveUnread,
  line,
  makeClient,
  makeServer,
  pair,
  part,
  payloads,
  receive,
  recorded,
  root,
  silent,
  socketOf,
  start,
  text,
  watch,
  wrapped
}
