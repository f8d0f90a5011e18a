'use strict'

const fs = require('node:fs')
const net = require('node:net')
const path = require('node:path')
const { spawn } = require('node:child_process')
const test = require('ava')
const { engine, protocol, eachPlace } = require('./support')
const { next, Recorder } = require('../common/events')
const { deadline } = require('../common/deadline')
const { directory } = require('../common/places')

const PROGRAM = path.join(__dirname, 'programs', 'adopting.js')

/** The program with `stdio` as its descriptor 3. */
function start(t, stdio) {
  const child = spawn(process.execPath, [PROGRAM], { stdio: ['ignore', 'inherit', 'inherit', stdio] })
  t.teardown(() => child.kill('SIGKILL'))
  child.over = deadline(new Promise((resolve) => child.on('close', (...args) => resolve(args))), 'its end')
  return child
}

/** Talks to it: it answers what it is asked, ends when this side does. */
async function converse(t, child, stream) {
  let text = ''
  stream.setEncoding('utf8').on('data', (data) => (text += data))
  const ended = next(stream, 'end')
  for (let n = 0; n < 100; n++) stream.write(`{"n":${n}}\f`)
  stream.end()
  await ended
  t.deepEqual(
    text
      .split('\f')
      .slice(0, -1)
      .map((frame) => JSON.parse(frame)),
    ['hello', ...Array.from({ length: 100 }, (_, n) => ({ n }))]
  )
  t.deepEqual(await child.over, [0, null])
}

test('one end of a socket pair, inherited', async (t) => {
  const child = start(t, 'pipe')
  await converse(t, child, child.stdio[3])
})

eachPlace(test, 'a connection that node accepted, inherited', async (t, address) => {
  const server = net.createServer({ pauseOnConnect: true })
  t.teardown(() => server.close())
  await new Promise((resolve) => server.listen(address, resolve))
  const accepted = next(server, 'connection')
  const socket = net.connect({ ...address, allowHalfOpen: true })
  t.teardown(() => socket.destroy())
  const [theirs] = await accepted
  const child = start(t, theirs)
  await next(child, 'spawn')
  theirs.destroy()
  await converse(t, child, socket)
})

test('what cannot be adopted stays its owner’s', (t) => {
  const file = path.join(directory(t), 'file')
  fs.writeFileSync(file, 'content')
  const descriptor = fs.openSync(file)
  const error = t.throws(() => engine.adopt(descriptor, protocol(), {}))
  t.like(error, { code: 'ENOTSOCK', syscall: 'adopt', message: 'adopt ENOTSOCK' })
  t.is(fs.readFileSync(descriptor, 'utf8'), 'content')
  fs.closeSync(descriptor)
  t.is(t.throws(() => engine.adopt(descriptor, protocol(), {})).code, 'EBADF')
  t.is(t.throws(() => engine.adopt(-1, protocol(), {})).code, 'EINVAL')
})

test('an adopted connection is told nothing of opening, and starts with what was there already', async (t) => {
  const child = start(t, 'pipe')
  const log = new Recorder(child.stdio[3], ['data'])
  child.stdio[3].setEncoding('utf8')
  await log.seen('data')
  t.is(log.all('data')[0][0], '"hello"\f')
  child.stdio[3].end()
  t.deepEqual(await child.over, [0, null])
})
