'use strict'

const net = require('node:net')
const path = require('node:path')
const test = require('ava')
const { directory, eachTransport, local, tcp } = require('../common/places')
const { run } = require('../common/processes')
const { messages } = require('./programs/matrix')

const PROGRAM = path.join(__dirname, 'programs', 'interop.js')
const ORIGINAL = 'nssocket'
const NAMES = { subject: 'the drop-in', [ORIGINAL]: 'nssocket 0.6.0' }

const PAIRS = [
  ['subject', ORIGINAL],
  [ORIGINAL, 'subject'],
  ['subject', 'subject']
]

/** Passes everything on between `address` and whom it connects to it, in chunks cut by `cut`. */
function between(t, address, cut) {
  const place = path.join(directory(t), 'between')
  const server = net.createServer((near) => {
    const far = net.connect(address)
    for (const [from, to] of [
      [near, far],
      [far, near]
    ]) {
      to.setNoDelay(true)
      cut(from, to)
      from.on('error', () => to.destroy())
      t.teardown(() => from.destroy())
    }
  })
  t.teardown(() => server.close())
  return new Promise((resolve) => server.listen(place, () => resolve({ path: place })))
}

const CHUNKS = {
  'byte by byte'(from, to) {
    const waiting = []
    from.on('data', (chunk) => {
      waiting.push(...chunk)
      if (waiting.length === chunk.length) setImmediate(next)
    })
    from.on('end', () => to.end(Buffer.from(waiting.splice(0))))

    function next() {
      if (waiting.length === 0) return
      to.write(Buffer.of(waiting.shift()))
      setImmediate(next)
    }
  },
  'many per chunk'(from, to) {
    let waiting = []
    let timer
    const flush = () => {
      timer = undefined
      to.write(Buffer.concat(waiting))
      waiting = []
    }
    from.on('data', (chunk) => {
      waiting.push(chunk)
      timer ??= setTimeout(flush, 5)
    })
    from.on('end', () => {
      clearTimeout(timer)
      to.end(Buffer.concat(waiting))
    })
  }
}

async function converse(t, [client, server], address, { set = 'all', rounds = 1, cut } = {}) {
  const serving = run(t, PROGRAM, { library: server, role: 'server', address })
  await serving.report('ready')
  const target = cut ? await between(t, address, cut) : address
  const calling = run(t, PROGRAM, { library: client, role: 'client', address: target, set, rounds })
  t.deepEqual(await calling.report('done', 60000), [messages(set).length * rounds])
  t.deepEqual(calling.all('wrong'), [])
  return { serving, calling }
}

for (const pair of PAIRS) {
  const who = `client ${NAMES[pair[0]]}, server ${NAMES[pair[1]]}`

  eachTransport(test.serial, `NS-36: the matrix of messages, ${who}`, async (t, address) => {
    const { serving, calling } = await converse(t, pair, address, { rounds: 3 })
    await calling.tell('end')
    t.deepEqual((await calling.success()).at(-1), ['close', 0])
    t.deepEqual(await serving.report('close'), [0])
    await serving.tell('close')
    t.false((await serving.success()).some(([type]) => type === 'error'))
  })

  for (const [name, cut] of Object.entries(CHUNKS)) {
    test.serial(`NS-36: small messages ${name}, ${who}`, async (t) => {
      await converse(t, pair, await local(t), { set: 'small', cut })
    })
  }

  for (const ending of ['end', 'destroy']) {
    eachTransport(test.serial, `NS-36: the server's ${ending}, ${who}`, async (t, address) => {
      const { serving, calling } = await converse(t, pair, address, { set: 'small' })
      await serving.tell(ending)
      t.deepEqual(await calling.report('close'), [0])
      await calling.success()
    })
  }

  eachTransport(test.serial, `NS-36: the client is killed, ${who}`, async (t, address) => {
    const { serving, calling } = await converse(t, pair, address, { set: 'small' })
    await calling.kill()
    await serving.report('close')
    await again(t, pair[0], address)
  })
}

/** One more client at a server that is there. */
async function again(t, library, address) {
  const calling = run(t, PROGRAM, { library, role: 'client', address, set: 'small', rounds: 1 })
  await calling.report('done')
  t.deepEqual(calling.all('wrong'), [])
}

// From Node 24 on the original, which leaves it to Node, refuses such a path.
const NODE_CUTS = Number(process.versions.node.split('.')[0]) < 24

for (const pair of NODE_CUTS ? PAIRS : PAIRS.slice(2)) {
  const who = `client ${NAMES[pair[0]]}, server ${NAMES[pair[1]]}`
  test.serial(`CM-2: a path of 140 bytes, ${who}`, async (t) => {
    const folder = directory(t)
    await converse(t, pair, { path: path.join(folder, 'x'.repeat(139 - folder.length)) }, { set: 'small' })
  })
}

test.serial('NS-36: the original resets the connection, or is killed', async (t) => {
  for (const ending of ['reset', 'kill']) {
    const { serving, calling } = await converse(t, ['subject', ORIGINAL], await tcp(), { set: 'small' })
    if (ending === 'reset') await serving.tell('reset')
    else await serving.kill()
    const [length] = await calling.report('close')
    t.is(length, calling.count('error') > 0 ? 2 : 0)
    if (ending === 'reset') t.deepEqual(calling.all('error'), [['ECONNRESET']])
    await calling.success()
  }
})
